import { isService } from '@repo/stack/topology';
import { clocks, environment } from './environment.ts';
import { deliveries, stuckTopics } from './events.ts';
import { crashes, kills, pauses } from './processes.ts';
import { brokers, replicas } from './replicas.ts';
import type { Scenario } from './scenario.ts';
import { connections, servers, standIns } from './servers.ts';

const all = [
  ...kills,
  ...pauses,
  ...crashes,
  ...servers,
  ...connections,
  ...standIns,
  ...deliveries,
  ...environment,
  ...stuckTopics,
  ...clocks,
  ...replicas,
  ...brokers,
];

/** All scenarios that can be played with the services in the topology. */
export const SCENARIOS: readonly Scenario[] = all.filter(({ needs }) => needs.every(isService));

/** One scenario of each kind. */
export function shortForm(): Scenario[] {
  return [...Map.groupBy(SCENARIOS, ({ kind }) => kind).values()].map(([first]) => first as Scenario);
}
