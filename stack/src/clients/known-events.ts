import type { EventType } from '@repo/events/event-type';
import { serviceNames, services } from '../topology.ts';

const publishers = serviceNames.filter((name) => services[name].publishes.length > 0);
const contracts = await Promise.all(
  publishers.map((name) => import(`@repo/contracts/${name}`) as Promise<Record<string, EventType>>),
);

/** Every event of the contracts, by its type. */
export const knownEvents: ReadonlyMap<string, EventType> = new Map(
  contracts.flatMap((exported) => Object.values(exported)).map((event) => [event.type, event]),
);
