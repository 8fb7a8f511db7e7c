import { checkInvariants, type Verdict } from '../invariants/check.ts';
import type { Evidence } from '../invariants/evidence.ts';
import { restoreAll } from './actions/restore-all.ts';
import { startLoad } from './rig/load.ts';
import type { Rig } from './rig/rig.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** The outcome of a scenario. */
export interface Outcome {
  scenario: string;
  orders: number;
  tookMs: number;
  /** Each fault, with its time in ms since the clients had begun. */
  faults: { atMs: number; what: string }[];
  /** For each invariant, with the violations that no earlier scenario of this run has found. */
  verdicts: Verdict[];
}

export const isBroken = ({ verdicts }: Outcome) => verdicts.some(({ violations }) => violations.length > 0);

const BEFORE = 6;
const AFTER = 16;
const SETTLE_MS = 60_000;
/** The codes of the alarms that any fault may raise. */
const EXPECTED = ['job-keeps-failing', 'outbox-delayed', 'worker-stalled'];

/** Whether any fault may raise this alarm. */
export function isUsualAlarm(alarm: string): boolean {
  return EXPECTED.some((text) => alarm.includes(text));
}

function isExpectedAlarm(alarm: string, { poisons, expectedAlarms }: Rig): boolean {
  if (isUsualAlarm(alarm) || [...expectedAlarms].some((text) => alarm.includes(text))) return true;
  if (!alarm.includes('"alarm":"dead-letter-created"')) return false;
  const { topic, partition, offset } = JSON.parse(alarm) as Record<string, unknown>;
  return poisons.some(
    (poison) => poison.topic === topic && poison.partition === partition && String(poison.offset) === offset,
  );
}

/**
 * Plays one scenario on a rig: clients at work, the fault, the end of every fault, some more orders, rest. Then it checks
 * all invariants on the evidence of everything that this rig has played.
 *
 * @param known violations that were found before; new ones are added
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
  await attempt(restoreAll(rig));
  await attempt(load.goesOnFor(AFTER));
  const { played, brokenOff } = await load.stop();
  const unsettled = [...failed, ...brokenOff, ...(await rig.auditor.settle({ timeoutMs: SETTLE_MS }))];
  const evidence = await rig.auditor.gather({
    calls: rig.client.calls,
    unsettled,
    poisons: rig.poisons,
    isExpected: (alarm) => isExpectedAlarm(alarm, rig),
    texts: [['A trace', rig.traces.readNew()]],
  });
  if (evidence.effects.length === 0 || rig.traces.received() === 0)
    throw new Error('The services record no effects, or send no traces: the invariants cannot be checked.');
  const verdicts = checkInvariants(evidence).map(({ violations, ...verdict }) => {
    return { ...verdict, violations: violations.filter((violation) => !known.has(violation)) };
  });
  for (const { violations } of verdicts) for (const violation of violations) known.add(violation);
  const tookMs = Math.round(performance.now() - began);
  return { outcome: { scenario: scenario.name, orders: played, tookMs, faults, verdicts }, evidence };
}
