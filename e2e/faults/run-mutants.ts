import { join } from 'node:path';
import { MUTANTS, type MutantName } from '../fault-injection/mutants.ts';
import { HUNTS, scenariosFor } from './hunts.ts';
import type { Outcome } from './run-scenario.ts';
import { runSeed } from './run-seed.ts';

interface Options {
  dir: string;
  mutants: MutantName[];
  signal: AbortSignal;
  print(line: string): void;
}

const SEED = 20_261_123;
/** Some mutants are detected only when several events coincide. */
const ROUNDS = 8;

/** Removes one safeguard at a time, and shows which invariant detects it, in which scenario, and how soon. */
export async function runMutants({ mutants, print, ...options }: Options): Promise<number> {
  const rows: string[] = [];
  let survivors = 0;
  for (const mutant of mutants) {
    print(`\nwithout ${MUTANTS[mutant].without}`);
    const began = performance.now();
    const caught = await hunt(mutant, { ...options, print }).catch(
      (error: Error) => void print(error.message),
    );
    if (!caught) survivors++;
    rows.push(row(mutant, caught, Math.round((performance.now() - began) / 1_000)));
  }
  print(`\n| without | detected by | in | after |\n|---|---|---|---|\n${rows.join('\n')}`);
  const verdict = survivors > 0 ? `${survivors} of ${mutants.length} were not` : `all ${mutants.length} were`;
  print(`\n${verdict} detected`);
  return survivors > 0 ? 1 : 0;
}

/** The first scenario in which the right invariant was broken. */
async function hunt(
  mutant: MutantName,
  { dir, signal, print }: Omit<Options, 'mutants'>,
): Promise<Outcome | undefined> {
  const { by } = HUNTS[mutant];
  const scenarios = Array.from({ length: ROUNDS }, () => scenariosFor(mutant)).flat();
  const isDetected = (outcome: Outcome) => brokenIn(outcome).some((invariant) => by.includes(invariant));
  const options = { dir: join(dir, mutant), seed: SEED, mutant, scenarios, signal, print };
  const { outcomes } = await runSeed({ ...options, isEnough: isDetected });
  return outcomes.find(isDetected);
}

function brokenIn({ verdicts }: Outcome): string[] {
  return verdicts.filter(({ violations }) => violations.length > 0).map(({ invariant }) => invariant);
}

function row(mutant: MutantName, caught: Outcome | undefined, seconds: number): string {
  const { by } = HUNTS[mutant];
  const broken = caught ? brokenIn(caught) : [];
  const right = broken.filter((invariant) => by.includes(invariant)).join(', ');
  const others = broken.filter((invariant) => !by.includes(invariant)).join(', ');
  const detectors = others ? `${right} (also ${others})` : right;
  return `| ${MUTANTS[mutant].without} | ${caught ? detectors : 'none'} | ${caught?.scenario ?? ''} | ${seconds} s |`;
}
