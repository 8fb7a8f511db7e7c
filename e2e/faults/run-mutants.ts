import { join } from 'node:path';
import { MUTANTS, type MutantName } from '../fault-injection/mutants.ts';
import type { Outcome } from './run-scenario.ts';
import { runSeed } from './run-seed.ts';
import { SCENARIOS } from './scenarios.ts';

interface Options {
  dir: string;
  mutants: MutantName[];
  signal: AbortSignal;
  say(line: string): void;
}

/** Where each is to be found out, and by which invariants: what else it breaks does not count. */
const HUNTS: Record<MutantName, { where: RegExp; by: string[] }> = {
  inbox: { where: /said again/, by: ['8'] },
  outbox: { where: /^order dies after-commit-before-answer/, by: ['7'] },
  'idempotency-row': { where: /^order dies after-commit-before-answer/, by: ['2'] },
  tombstone: { where: /waited is heard in any order/, by: ['6'] },
  'order-lock': { where: /cancelled while they are/, by: ['answers', '11'] },
  'capture-key': { where: /loses half/, by: ['4'] },
  acks: { where: /the third is lost/, by: ['7'] },
  'offset-first': { where: /^notification dies after-effects-before-commit/, by: ['10'] },
  'price-version': { where: /old prices last/, by: ['9'] },
  parking: { where: /poisoned/, by: ['11'] },
  'strange-bytes': { where: /records of any bytes/, by: ['rest'] },
  'refusal-text': { where: /^order is killed/, by: ['12'] },
  environment: { where: /takes no writes|grant is missing/, by: ['11'] },
  'paused-partitions': { where: /^one partition accepts nothing/, by: ['rest'] },
  'progress-watch': { where: /makes no progress/, by: ['rest'] },
};

const SEED = 20_261_123;
/** Some are found out only when things happen to meet. */
const ROUNDS = 8;

/** Takes away one of the promises' keepers at a time, and shows which invariant finds it out, where, and how soon. */
export async function runMutants({ mutants, say, ...options }: Options): Promise<number> {
  const rows: string[] = [];
  let survivors = 0;
  for (const mutant of mutants) {
    say(`\nwithout ${MUTANTS[mutant].without}`);
    const began = performance.now();
    const caught = await hunt(mutant, { ...options, say }).catch((error: Error) => void say(error.message));
    if (!caught) survivors++;
    rows.push(row(mutant, caught, Math.round((performance.now() - began) / 1_000)));
  }
  say(`\n| taken away | found out by | in | after |\n|---|---|---|---|\n${rows.join('\n')}`);
  const verdict = survivors > 0 ? `${survivors} of ${mutants.length} were not` : `all ${mutants.length} were`;
  say(`\n${verdict} found out`);
  return survivors > 0 ? 1 : 0;
}

/** The first scenario in which the right invariant was broken. */
async function hunt(
  mutant: MutantName,
  { dir, signal, say }: Omit<Options, 'mutants'>,
): Promise<Outcome | undefined> {
  const { where, by } = HUNTS[mutant];
  const ground = SCENARIOS.filter(({ name }) => where.test(name));
  const scenarios = Array.from({ length: ROUNDS }, () => ground).flat();
  const isFoundOut = (outcome: Outcome) => brokenIn(outcome).some((invariant) => by.includes(invariant));
  const options = { dir: join(dir, mutant), seed: SEED, mutant, scenarios, signal, say };
  const { outcomes } = await runSeed({ ...options, isEnough: isFoundOut });
  return outcomes.find(isFoundOut);
}

function brokenIn({ verdicts }: Outcome): string[] {
  return verdicts.filter(({ violations }) => violations.length > 0).map(({ invariant }) => invariant);
}

function row(mutant: MutantName, caught: Outcome | undefined, seconds: number): string {
  const { by } = HUNTS[mutant];
  const broken = caught ? brokenIn(caught) : [];
  const right = broken.filter((invariant) => by.includes(invariant)).join(', ');
  const others = broken.filter((invariant) => !by.includes(invariant)).join(', ');
  const finders = others ? `${right} (also ${others})` : right;
  return `| ${MUTANTS[mutant].without} | ${caught ? finders : 'nobody'} | ${caught?.scenario ?? ''} | ${seconds} s |`;
}
