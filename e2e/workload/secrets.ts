import { activeParts } from '../services/active-parts.ts';

/** Texts that clients send and that no service may pass on. They are searched for in everything that is written. */
export const SECRETS: Record<string, string> = Object.assign(
  {},
  ...activeParts.map(({ workload }) => workload?.secrets),
);
