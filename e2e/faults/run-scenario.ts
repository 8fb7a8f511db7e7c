import { checkInvariants, type Verdict } from '../invariants/check.ts';
import type { Evidence } from '../invariants/evidence.ts';
import { heal } from './faults.ts';
import { startLoad } from './load.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenarios.ts';

/** What came of a scenario. */
export interface Outcome {
  scenario: string;
  orders: number;
  tookMs: number;
  /** What was done, with its time in ms since the clients had begun. */
  faults: { atMs: number; what: string }[];
  /** For each invariant; only what no earlier scenario of this run had broken. */
  verdicts: Verdict[];
}

export const isBroken = ({ verdicts }: Outcome) => verdicts.some(({ violations }) => violations.length > 0);

const BEFORE = 6;
const AFTER = 24;
const SETTLE_MS = 60_000;
/** What the faults themselves make the services say: a person is told when something is tried again and again. */
const EXPECTED = /something due has been tried again and again|events wait to be published/;
const EXPECTED_OF_POISON = /an event could not be taken/;

/**
 * Plays one scenario on a rig: clients at work, the fault, everything made well again, some more orders, rest; then all
 * invariants on all that this rig has seen.
 *
 * @param known violations that were found before, which are added to
 */
export async function runScenario(
  rig: Rig,
  scenario: Scenario,
  {
    seed,
    first,
    known,
    faults,
  }: { seed: number; first: number; known: Set<string>; faults: Outcome['faults'] },
): Promise<{ outcome: Outcome; evidence: Evidence }> {
  const began = performance.now();
  const load = startLoad(rig, { seed, first });
  const failed: string[] = [];
  const attempt = (work: Promise<void>) =>
    work.catch((error: Error) => void failed.push(`${scenario.name}: ${error.message}`));
  await attempt(load.reaches(BEFORE));
  await attempt(scenario.act(rig));
  await attempt(heal(rig));
  await attempt(load.reaches(AFTER));
  const { played, brokenOff } = await load.stop();
  const unsettled = [...failed, ...brokenOff, ...(await rig.auditor.settle({ timeoutMs: SETTLE_MS }))];
  const evidence = await rig.auditor.gather({
    calls: rig.client.calls,
    unsettled,
    poisons: rig.poisons,
    expectedAlarms:
      rig.poisons.length > 0 ? new RegExp(`${EXPECTED.source}|${EXPECTED_OF_POISON.source}`) : EXPECTED,
    texts: [['A trace', rig.traces.take()]],
  });
  const verdicts = checkInvariants(evidence).map(({ violations, ...verdict }) => {
    return { ...verdict, violations: violations.filter((violation) => !known.has(violation)) };
  });
  for (const { violations } of verdicts) for (const violation of violations) known.add(violation);
  const tookMs = Math.round(performance.now() - began);
  return { outcome: { scenario: scenario.name, orders: played, tookMs, faults, verdicts }, evidence };
}
