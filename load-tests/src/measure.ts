import { setTimeout } from 'node:timers/promises';
import type { Running } from '@repo/stack';
import type { Cost } from './cost/cost.ts';
import { costWhile } from './cost/meter.ts';
import { isSearchOver } from './figures/search.ts';
import type { Floors } from './floors/measure-floors.ts';
import type { MeasuredStep } from './generator/closed-loop.ts';
import type { OpenLoopResult } from './generator/open-loop.ts';
import { checkPlans, sampleTexts } from './large/hot-statements.ts';
import type { Large } from './large/large-report.ts';
import { readsSince, readTables } from './large/table-reads.ts';
import { type Bench, describeMachine, type Machine, openBench } from './open-bench.ts';
import type { RunContext } from './run-context.ts';

/** What is to be measured; `undefined` for what is not. */
export interface Plan {
  /** What the figures cannot exceed. */
  floors: boolean;
  /** The closed loop, and the open loop at half of its knee. */
  knee: { seconds: number } | undefined;
  idle: { seconds: number } | undefined;
  alone: { seconds: number } | undefined;
  /** Rates rise. */
  search: { rates: number[]; seconds: number } | undefined;
  /** How many orders there are before anything is measured. */
  orders: number | undefined;
  /** Of the closed loop, rising. */
  connections: number[];
  stepSeconds: number;
  seed: number;
  /** Whether the customers have addresses, so that each order also causes an e-mail. */
  mail: boolean;
  /** Whether the statements that are called most are to be listed. */
  statements: boolean;
}

export interface Knee {
  /** One customer at a time. */
  alone: MeasuredStep;
  steps: MeasuredStep[];
  knee: MeasuredStep;
  half: OpenLoopResult;
}

export interface Result {
  startedAt: string;
  machine: Machine;
  plan: Plan;
  /** On a system of their own. */
  floors: Floors | undefined;
  large: Large | undefined;
  idle: Cost | undefined;
  alone: OpenLoopResult | undefined;
  knee: Knee | undefined;
  search: OpenLoopResult[] | undefined;
  orders: { accepted: number; repeats: number };
  /** Why the run does not count; empty when it does. */
  faults: string[];
}

/** So few that each has ended before the next comes. */
const ALONE_PER_SECOND = 10;
/** What an order alone costs is told less what is spent idle, which has to be known then. */
const IDLE_SECONDS = 10;
/** Timers that follow the last order, and what it leaves to clean up. */
const SETTLING_MS = 2_000;
const INSPECT_SECONDS = 10;
/** What every tenth order runs is run often. */
const HOT_SHARE = 0.1;

/** Measures a system that runs, and checks whether the measurement counts. */
export async function measure(
  running: Running,
  plan: Plan,
  context: RunContext,
): Promise<Omit<Result, 'floors'>> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const bench = await openBench(running, plan, context);
  const { buyer } = bench;
  try {
    await bench.warmUp();
    if (plan.orders) await bench.fill(plan.orders);
    const idleSeconds = plan.idle?.seconds ?? (plan.alone && IDLE_SECONDS);
    const idle = idleSeconds ? await measureIdle(bench, idleSeconds, context) : undefined;
    const alone = plan.alone && (await bench.open(ALONE_PER_SECOND, plan.alone.seconds));
    const knee = plan.knee && (await measureKnee(bench, plan, plan.knee.seconds));
    const search = plan.search && (await searchRates(bench, plan.search));
    const large = plan.orders ? await inspectPlans(bench, running.servers.postgres.url, context) : undefined;
    // In the others a queue that grows is no fault: alone hardly any order waits, and of rates that is the question.
    const faults = await bench.check(knee ? [knee.half] : []);
    const orders = { accepted: buyer.accepted.size, repeats: buyer.repeats() };
    return { startedAt, machine, plan, large, idle, alone, knee, search, orders, faults };
  } finally {
    await bench.close();
  }
}

async function measureIdle(
  { meter, auditor }: Bench,
  seconds: number,
  { print, signal }: RunContext,
): Promise<Cost> {
  await auditor.settle();
  await setTimeout(SETTLING_MS, undefined, { signal });
  print(`idle: no order for ${seconds} s`);
  const begin = performance.now();
  return costWhile(meter, begin, begin + seconds * 1_000, signal);
}

async function measureKnee(bench: Bench, { connections }: Plan, seconds: number): Promise<Knee> {
  const alone = await bench.closed(1);
  const { steps, knee } = await bench.findKnee(connections);
  const half = await bench.open(Math.max(1, knee.confirmedPerSecond / 2), seconds);
  return { alone, steps, knee, half };
}

async function searchRates(
  bench: Bench,
  { rates, seconds }: NonNullable<Plan['search']>,
): Promise<OpenLoopResult[]> {
  const loops: OpenLoopResult[] = [];
  for (const rate of rates) {
    loops.push(await bench.open(rate, seconds, { mayRefuse: true }));
    if (isSearchOver(loops)) break;
  }
  return loops;
}

/** Under a load of its own, since it takes time from the system. */
async function inspectPlans(bench: Bench, postgresUrl: string, { print }: RunContext): Promise<Large> {
  print('looking at the plans of the statements');
  const before = await readTables(postgresUrl);
  const stopSampling = sampleTexts(postgresUrl);
  const { cost } = await bench.open(ALONE_PER_SECOND, INSPECT_SECONDS, { mayRefuse: true });
  const texts = await stopSampling();
  const hot = cost.calls.filter(({ calls }) => calls >= cost.confirmed * HOT_SHARE);
  const statements = await checkPlans(postgresUrl, hot, texts);
  return { tables: readsSince(before, await readTables(postgresUrl)), statements };
}
