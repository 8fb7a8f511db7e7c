import { join } from 'node:path';
import { MUTANTS, type MutantName } from '../sabotage/mutants.ts';
import { isBroken, type Outcome } from './run-scenario.ts';
import { runSeed } from './run-seed.ts';
import { SCENARIOS } from './scenarios.ts';

interface Options {
  dir: string;
  mutants: MutantName[];
  signal: AbortSignal;
  say(line: string): void;
}

/** Where each is to be found out; what is not found out there is not found out. */
const HUNTING_GROUNDS: Record<MutantName, RegExp> = {
  inbox: /said again/,
  outbox: /^order dies after-commit-before-answer/,
  'idempotency-row': /^order dies after-commit-before-answer/,
  tombstone: /any order/,
  'order-lock': /provider is slow|replica/,
  'capture-key': /loses half/,
  acks: /the third is lost/,
  'offset-first': /dies after-effects-before-commit/,
  'price-version': /any order|said again/,
  parking: /poisoned/,
};

const SEED = 20_261_123;
/** Some are found out only when things happen to meet. */
const ROUNDS = 4;

/** Takes away one of the promises' keepers at a time, and shows which invariant finds it out, where, and how soon. */
export async function runMutants({ dir, mutants, signal, say }: Options): Promise<number> {
  const rows: string[] = [];
  let survivors = 0;
  for (const mutant of mutants) {
    say(`\nwithout ${MUTANTS[mutant].without}`);
    const began = performance.now();
    const ground = SCENARIOS.filter(({ name }) => HUNTING_GROUNDS[mutant].test(name));
    const scenarios = Array.from({ length: ROUNDS }, () => ground).flat();
    const options = { dir: join(dir, mutant), seed: SEED, mutant, scenarios, signal, say, untilBroken: true };
    const { outcomes } = await runSeed(options);
    const caught = outcomes.find(isBroken);
    if (!caught) survivors++;
    const seconds = Math.round((performance.now() - began) / 1_000);
    rows.push(row(mutant, caught, seconds));
  }
  say(`\n| taken away | found out by | in | after |\n|---|---|---|---|\n${rows.join('\n')}`);
  say(
    survivors > 0
      ? `\n${survivors} of ${mutants.length} were not found out`
      : `\nall ${mutants.length} were found out`,
  );
  return survivors > 0 ? 1 : 0;
}

function row(mutant: MutantName, caught: Outcome | undefined, seconds: number): string {
  const broken = caught?.verdicts.filter(({ violations }) => violations.length > 0) ?? [];
  const invariants = broken.map(({ invariant }) => invariant).join(', ') || 'nobody';
  return `| ${MUTANTS[mutant].without} | ${invariants} | ${caught?.scenario ?? ''} | ${seconds} s |`;
}
