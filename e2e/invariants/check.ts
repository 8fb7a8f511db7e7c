import { activeParts } from '../services/active-parts.ts';
import type { ServicePart } from '../services/service-part.ts';
import type { Evidence } from './evidence.ts';
import { GENERAL, type Invariant } from './general.ts';

export interface Verdict {
  invariant: string;
  promise: string;
  /** Empty when the promise was kept. */
  violations: string[];
}

/** Checks all invariants on the evidence of a run. Pure. */
export function checkInvariants(evidence: Evidence, parts: ServicePart[] = activeParts): Verdict[] {
  const checks = [...GENERAL, ...parts.flatMap(({ invariants = [] }) => invariants)];
  const names = new Set<string>(parts.map(({ service }) => service));
  const possible = checks.filter(({ needs = [] }) => needs.every((service) => names.has(service)));
  return [...Map.groupBy(possible, ({ name }) => name)]
    .sort(([one], [other]) => rank(one) - rank(other))
    .map(([invariant, ofOne]) => ({
      invariant,
      promise: (ofOne[0] as Invariant).promise,
      violations: ofOne.flatMap(({ check }) => check(evidence)),
    }));
}

/** Words come before numbers. */
function rank(name: string): number {
  return Number(name) || 0;
}
