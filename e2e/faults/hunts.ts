import { MUTANTS, type MutantName, mutantNames } from '../fault-injection/mutants.ts';
import { isPresent } from '../fault-injection/present-edits.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

/** The scenarios that must detect a mutant, and the invariants that must be broken: other violations do not count. */
export interface Hunt {
  where: RegExp;
  by: string[];
}

export const HUNTS: Record<MutantName, Hunt> = {
  inbox: { where: /published again/, by: ['8'] },
  outbox: { where: /^order dies after-commit-before-answer/, by: ['7'] },
  'idempotency-row': { where: /^order dies after-commit-before-answer/, by: ['2'] },
  tombstone: { where: /waiting events are consumed in any order/, by: ['6'] },
  'order-lock': { where: /cancelled while they are/, by: ['answers', '11'] },
  'capture-key': { where: /loses half/, by: ['4'] },
  acks: { where: /the third is lost/, by: ['7'] },
  'offset-first': { where: /^notification dies after-effects-before-commit/, by: ['10'] },
  'price-version': { where: /old prices last/, by: ['9'] },
  parking: { where: /poisoned/, by: ['11'] },
  'strange-bytes': { where: /records of any bytes/, by: ['rest'] },
  'refusal-text': { where: /^order is killed/, by: ['12'] },
  environment: { where: /accepts no writes|grant is missing/, by: ['11'] },
  'paused-partitions': { where: /^one partition accepts nothing/, by: ['rest'] },
  'progress-watch': { where: /makes no progress/, by: ['rest'] },
};

export function scenariosFor(mutant: MutantName): Scenario[] {
  return SCENARIOS.filter(({ name }) => HUNTS[mutant].where.test(name));
}

/** The mutants that can be hunted with the services in the topology. */
export const huntable: MutantName[] = mutantNames.filter(
  (mutant) => MUTANTS[mutant].edits.every(isPresent) && scenariosFor(mutant).length > 0,
);
