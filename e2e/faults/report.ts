import type { Verdict } from '../invariants/check.ts';
import { isBroken, type Outcome } from './run-scenario.ts';

const SHOWN = 5;

/** A scenario in a few lines: its faults with their times, and the violations. */
export function outcomeLines(seed: number, outcome: Outcome): string[] {
  const { scenario, orders, tookMs, faults } = outcome;
  const [mark, seconds] = [isBroken(outcome) ? 'BROKEN' : 'holds ', (tookMs / 1_000).toFixed(1)];
  const done = faults.map(({ atMs, what }) => `${(atMs / 1_000).toFixed(1)} s ${what}`).join('; ');
  return [
    `${mark}  seed ${seed}  ${seconds.padStart(5)} s  ${String(orders).padStart(4)} orders  ${scenario}`,
    `                ${done}`,
    ...outcome.verdicts.flatMap(violationLines),
  ];
}

function violationLines({ invariant, promise, violations }: Verdict): string[] {
  if (violations.length === 0) return [];
  const more = violations.length - SHOWN;
  return [
    `        ${invariant}: ${promise}`,
    ...violations.slice(0, SHOWN).map((violation) => `            ${violation}`),
    ...(more > 0 ? [`            ... and ${more} more`] : []),
  ];
}

/** For each invariant: in how many scenarios it was checked, and in how many it was broken. */
export function verdictLines(outcomes: Outcome[]): string[] {
  const byInvariant = Map.groupBy(
    outcomes.flatMap(({ verdicts }) => verdicts),
    ({ invariant }) => invariant,
  );
  return [...byInvariant].map(([invariant, verdicts]) => {
    const broken = verdicts.filter(({ violations }) => violations.length > 0).length;
    const verdict = broken > 0 ? `BROKEN in ${broken} of ${verdicts.length}` : `holds in ${verdicts.length}`;
    return `  ${invariant.padStart(7)}  ${verdict.padEnd(20)}  ${verdicts[0]?.promise}`;
  });
}
