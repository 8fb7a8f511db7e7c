// npm run test:faults: faults while clients are at work, and a verdict for each invariant.

import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, interruption, openRunFolder } from '@repo/stack';
import { MUTANTS } from './fault-injection/mutants.ts';
import { FOLDER } from './faults/folder.ts';
import { huntable } from './faults/hunts.ts';
import { verdictLines } from './faults/report.ts';
import { runMutants } from './faults/run-mutants.ts';
import { isBroken } from './faults/run-scenario.ts';
import { runSeed, type SeedResult } from './faults/run-seed.ts';
import type { Scenario } from './faults/scenarios/scenario.ts';
import { SCENARIOS, shortForm } from './faults/scenarios/scenarios.ts';

const usage = `
npm run test:faults [-- --seeds 1,2,3] [--all] [--only text] [--short] [--hours 1] [--at-a-time 2] [--mutants] [--list]

Starts systems of its own, and causes faults while clients are at work: processes die and are paused, also between two
steps that belong together; Postgres, Redis, Kafka and the payment provider are down; connections break, stall and slow
down; messages come twice and in any order; clocks are wrong. When every fault is over and the system is at rest, it
checks every invariant. Where one is broken, it ends with status 1 and keeps the evidence.

  --seeds N,N    plays with each of these seeds (three consecutive ones). A seed decides the order of the scenarios, the
                 actions of the customers, and which half of the scenarios it leaves out: the next seed plays those
  --all          every scenario with every seed
  --only text    only the scenarios whose kind or name matches, a regular expression
  --short        one scenario of each kind
  --hours N      continues with new seeds for so long
  --at-a-time N  how many systems run at once (2)
  --mutants      removes one safeguard at a time, and shows that the same run detects it; with --only, only the mutants
                 whose name matches
  --list         names the scenarios, and the mutants

The invariants by their numbers, and the results of earlier runs: docs/guarantees.md.
`;

const signal = interruption();
const status = await run().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
// Clients that still call a system that has been stopped need not be waited for.
process.exit(status);

async function run(): Promise<number> {
  const options = readArguments();
  if (options.help) console.log(usage.trim());
  else if (options.list) list(choose(SCENARIOS, options.only));
  else return inFolder((dir) => (options.mutants ? hunt(options, dir) : play(options, dir)));
  return 0;
}

function list(scenarios: readonly Scenario[]): void {
  for (const { kind, name } of scenarios) console.log(`${kind.padEnd(10)}  ${name}`);
  for (const mutant of huntable) console.log(`mutant      ${mutant}: without ${MUTANTS[mutant].without}`);
}

async function inFolder(work: (dir: string) => Promise<number>): Promise<number> {
  const folder = await openRunFolder(FOLDER);
  try {
    return await work(folder.dir);
  } finally {
    await folder.clear();
  }
}

function hunt({ only }: ReturnType<typeof readArguments>, dir: string): Promise<number> {
  const mutants = huntable.filter((name) => new RegExp(only, 'i').test(name));
  if (mutants.length === 0)
    throw new Failure(`No mutant is called "${only}": there are ${huntable.join(', ')}.`);
  return runMutants({ dir, mutants, signal, print: console.log });
}

async function play(options: ReturnType<typeof readArguments>, dir: string): Promise<number> {
  const { seeds, hours, atATime } = options;
  const began = performance.now();
  const remaining = allSeeds(seeds, () => performance.now() - began < hours * 3_600_000);
  const results: SeedResult[] = [];
  const lanes = Array.from({ length: hours > 0 ? atATime : Math.min(atATime, seeds.length) }, async () => {
    for (const seed of remaining) {
      const scenarios = scenariosOf(seed, options);
      console.log(`seed ${seed}: ${scenarios.length} scenarios`);
      const place = join(dir, `seed-${seed}`);
      results.push(await runSeed({ dir: place, seed, scenarios, signal, print: console.log }));
    }
  });
  await Promise.all(lanes);
  return report(results, performance.now() - began);
}

/** The given seeds, and then new ones for as long as there is time. All lanes share it. */
function* allSeeds(seeds: number[], hasTime: () => boolean): Generator<number, void, undefined> {
  yield* seeds;
  while (hasTime()) yield newSeed();
}

/** Each seed leaves out every second scenario, and the next seed the others. */
function scenariosOf(seed: number, { scenarios, leavesOut }: ReturnType<typeof readArguments>): Scenario[] {
  return leavesOut ? scenarios.filter((_scenario, index) => (index + seed) % 2 === 0) : scenarios;
}

function report(results: SeedResult[], tookMs: number): number {
  const outcomes = results.flatMap((result) => result.outcomes);
  const orders = outcomes.reduce((sum, outcome) => sum + outcome.orders, 0);
  const minutes = (tookMs / 60_000).toFixed(1);
  console.log(`\n${outcomes.length} scenarios, ${orders} orders, ${minutes} minutes\n`);
  for (const line of verdictLines(outcomes)) console.log(line);
  const broken = results.filter((result) => result.outcomes.some(isBroken));
  for (const { seed, kept } of broken)
    console.log(
      `\nplay it again with npm run test:faults -- ${argumentsFor(seed)}; the evidence is in ${kept}`,
    );
  return broken.length > 0 ? 1 : 0;
}

/** The same arguments, and this seed alone: the choice of scenarios decides their order. */
function argumentsFor(seed: number): string {
  const others = process.argv.slice(2).filter((arg, index, args) => {
    return !/^--(seeds|hours)/.test(arg) && !/^--(seeds|hours)$/.test(args[index - 1] ?? '');
  });
  return [...others, '--seeds', seed].join(' ');
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string' },
        all: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        short: { type: 'boolean', default: false },
        hours: { type: 'string', default: '0' },
        'at-a-time': { type: 'string', default: '2' },
        mutants: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { help, list, mutants, seeds } = values;
    return {
      ...{ help, list, mutants, only: values.only },
      scenarios: mutants ? [] : choose(values.short ? shortForm() : SCENARIOS, values.only),
      leavesOut: !(values.all || values.short || values.only),
      seeds: seeds === undefined ? threeSeeds() : seeds.split(',').map((seed) => number('seeds', seed)),
      hours: number('hours', values.hours),
      atATime: Math.max(1, number('at-a-time', values['at-a-time'])),
    };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${(error as Error).message}\n\n${usage.trim()}`);
  }
}

function choose(scenarios: readonly Scenario[], only: string): Scenario[] {
  const wanted = new RegExp(only, 'i');
  const chosen = scenarios.filter(({ kind, name }) => wanted.test(`${kind}: ${name}`));
  if (chosen.length === 0)
    throw new Failure(`No scenario is called "${only}": npm run test:faults -- --list`);
  return chosen;
}

function newSeed(): number {
  return randomInt(2 ** 31);
}

function threeSeeds(): number[] {
  const first = newSeed();
  return [first, first + 1, first + 2];
}

function number(name: string, text: string): number {
  if (/^\d{1,10}(\.\d+)?$/.test(text.trim())) return Number(text);
  throw new Failure(`--${name} needs a number, not "${text}".`);
}
