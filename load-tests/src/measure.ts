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

/** The measurements of a run; `undefined` for those that are not taken. */
export interface Plan {
  /** The upper limits of the figures. */
  floors: boolean;
  /** The closed loop, and the open loop at half of its knee. */
  knee: { seconds: number } | undefined;
  idle: { seconds: number } | undefined;
  alone: { seconds: number } | undefined;
  /** Rates rise. */
  search: { rates: number[]; seconds: number } | undefined;
  /** The number of stored orders before the first measurement. */
  orders: number | undefined;
  /** Of the closed loop, rising. */
  connections: number[];
  stepSeconds: number;
  seed: number;
  /** Whether the customers have addresses, so that each order causes an e-mail. */
  mail: boolean;
  /** Whether the report lists the statements that are called most often. */
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
  /** Measured on a separate system. */
  floors: Floors | undefined;
  large: Large | undefined;
  idle: Cost | undefined;
  alone: OpenLoopResult | undefined;
  knee: Knee | undefined;
  search: OpenLoopResult[] | undefined;
  orders: { accepted: number; repeats: number };
  /** The reasons why the run is not valid; empty for a valid one. */
  faults: string[];
}

/** So few that each order ends before the next one is placed. */
const ALONE_PER_SECOND = 10;
/** The idle cost is subtracted from the cost of a single order, so it is always measured with it. */
const IDLE_SECONDS = 10;
/** Lets the timers and the clean-up after the last order finish. */
const SETTLING_MS = 2_000;
const INSPECT_SECONDS = 10;
/** A statement is hot when at least every tenth order runs it. */
const HOT_SHARE = 0.1;

/** Measures a running system, and checks that the measurement is valid. */
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
    // Elsewhere a growing queue is no fault: alone hardly any order waits, and --rates searches for that rate.
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

/** Runs under its own load, since it takes processor time from the system. */
async function inspectPlans(bench: Bench, postgresUrl: string, { print }: RunContext): Promise<Large> {
  print('checking the plans of the statements');
  const before = await readTables(postgresUrl);
  const stopSampling = sampleTexts(postgresUrl);
  const { cost } = await bench.open(ALONE_PER_SECOND, INSPECT_SECONDS, { mayRefuse: true });
  const texts = await stopSampling();
  const hot = cost.calls.filter(({ calls }) => calls >= cost.confirmed * HOT_SHARE);
  const statements = await checkPlans(postgresUrl, hot, texts);
  return { tables: readsSince(before, await readTables(postgresUrl)), statements };
}
