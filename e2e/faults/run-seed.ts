import { join } from 'node:path';
import { degradeProvider, NORMAL_PROVIDER } from './actions/provider.ts';
import { keepEvidence } from './folder.ts';
import { outcomeLines } from './report.ts';
import { NUMBERS_OF_A_LOAD } from './rig/load.ts';
import { openRig, type RigOptions } from './rig/rig.ts';
import { isBroken, type Outcome, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface SeedOptions extends Pick<RigOptions, 'dir' | 'seed' | 'mutant' | 'signal'> {
  scenarios: readonly Scenario[];
  print(line: string): void;
  /** Whether an outcome is enough: then nothing more is played. */
  isEnough?: (outcome: Outcome) => boolean;
}

/** The outcomes of some scenarios with one seed. */
export interface SeedResult {
  seed: number;
  outcomes: Outcome[];
  /** The folder of the evidence, if a promise was broken. */
  kept: string | undefined;
}

/**
 * Plays scenarios one after the other on one system, in an order that the seed decides. Those that need three brokers are
 * played on another system.
 */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const result: SeedResult = { seed: options.seed, outcomes: [], kept: undefined };
  for (const brokers of [1, 3] as const) {
    const scenarios = options.scenarios.filter((scenario) => scenario.brokers === brokers);
    const isOver = result.outcomes.some((outcome) => options.isEnough?.(outcome));
    if (scenarios.length > 0 && !isOver) await runOnRig({ ...options, scenarios }, brokers, result);
  }
  return result;
}

async function runOnRig(options: SeedOptions, brokers: 1 | 3, result: SeedResult): Promise<void> {
  const { dir, seed, mutant, signal, print, isEnough } = options;
  const known = new Set<string>();
  let began = performance.now();
  let faults: Outcome['faults'] = [];
  const outcomes: Outcome[] = [];
  const place = join(dir, `brokers-${brokers}`);
  const note = (what: string) => faults.push({ atMs: Math.round(performance.now() - began), what });
  const rig = await openRig({
    ...{ dir: place, seed, brokers, mutant, note },
    ...(signal && { signal }),
  });
  try {
    await degradeProvider(rig, NORMAL_PROVIDER);
    for (const [index, scenario] of rig.random.shuffle(options.scenarios).entries()) {
      [began, faults] = [performance.now(), []];
      const first = index * NUMBERS_OF_A_LOAD;
      const done = await runScenario(rig, scenario, { seed: scriptSeed(seed, index), first, known, faults });
      outcomes.push(done.outcome);
      result.outcomes.push(done.outcome);
      for (const line of outcomeLines(seed, done.outcome)) print(line);
      if (isBroken(done.outcome)) {
        const name = `seed-${seed}-${mutant ?? `${brokers}-brokers`}-scenario-${index + 1}`;
        result.kept = keepEvidence({ name, outcomes, evidence: done.evidence }, rig.system.dir);
      }
      if (isEnough?.(done.outcome)) break;
    }
  } finally {
    await rig.close();
  }
}

/** Consecutive seeds have different scripts. */
function scriptSeed(seed: number, index: number): number {
  return (seed * 1_000 + index) | 0;
}
