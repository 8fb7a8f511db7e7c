import type { Rig } from '../rig/rig.ts';

/** A fault while clients are at work. */
export interface Scenario {
  name: string;
  /** Of each kind, the short form plays one scenario. */
  kind: string;
  /** How many brokers it needs. */
  brokers: 1 | 3;
  /** The services that it needs: without one of them it is not played. */
  needs: readonly string[];
  /** Causes the fault, and holds it for its time. Whatever it leaves broken is restored afterwards. */
  act(rig: Rig): Promise<void>;
}

export function scenario(
  kind: string,
  name: string,
  act: Scenario['act'],
  { brokers = 1, needs = [] }: { brokers?: 1 | 3; needs?: readonly string[] } = {},
): Scenario {
  return { kind, name, act, brokers, needs };
}

/** Longer than Kafka waits for a member of a group, and than Postgres waits for a leader. */
export const LONG_MS = 8_000;
export const SHORT_MS = 2_500;
