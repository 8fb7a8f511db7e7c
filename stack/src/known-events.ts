import * as inventory from '@repo/contracts/inventory';
import * as order from '@repo/contracts/order';
import * as payment from '@repo/contracts/payment';
import type { EventType } from '@repo/events/event-type';

/** Every event of the contracts, by its type. */
export const knownEvents: ReadonlyMap<string, EventType> = new Map(
  [order, inventory, payment]
    .flatMap((contracts) => Object.values(contracts) as unknown as EventType[])
    .map((event) => [event.type, event]),
);
