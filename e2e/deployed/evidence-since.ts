import type { Evidence } from '../invariants/evidence.ts';
import { activeParts } from '../services/active-parts.ts';

/**
 * The evidence of a run without the records that existed before it, such as the orders of the demo: it is unknown what
 * their clients saw.
 *
 * @param before the evidence when the run began, at rest
 */
export function evidenceSince(before: Evidence, evidence: Evidence): Evidence {
  let rest = evidence;
  for (const { audit } of activeParts) rest = { ...rest, ...audit?.since(rest, before) };
  return rest;
}
