import { setTimeout } from 'node:timers/promises';
import type { Running } from '@repo/stack';
import type { Cost } from '../cost/cost.ts';
import { type Peaks, watchMemory } from '../cost/memory.ts';
import { costWhile } from '../cost/meter.ts';
import { type Latency, latencyOf, type Step } from '../figures/figures.ts';
import type { NextOrder } from '../generator/buyer.ts';
import { createSchedule } from '../generator/schedule.ts';
import { type Bench, describeMachine, type Machine, openBench } from '../open-bench.ts';
import type { RunContext } from '../run-context.ts';

export interface OverloadPlan {
  connections: number[];
  stepSeconds: number;
  /** The knee in confirmed orders a second, if it is known. */
  rate: number | undefined;
  seconds: number;
  seed: number;
  mail: boolean;
}

/** The result of the time under overload. */
interface Flood {
  rate: number;
  confirmedPerSecond: number;
  /** From the moment at which the request was due to the answer 201. */
  accepted: Latency;
  /** The same, to the answer 503. */
  refused: Latency;
  /** Orders that were placed after a refusal, and those that were given up. */
  retried: number;
  givenUp: number;
  /** The delay of the requests. */
  late: Latency;
  cost: Cost;
  memory: Record<string, Peaks>;
}

export interface OverloadResult {
  startedAt: string;
  machine: Machine;
  plan: OverloadPlan;
  alone: Step;
  kneePerSecond: number;
  flood: Flood;
  /** Seconds until a single order is confirmed as fast as before; undefined if that never happened. */
  backAfterSeconds: number | undefined;
  orders: { accepted: number };
  faults: string[];
}

const TIMES_THE_KNEE = 3;
/** The first seconds, in which the load settles, are not counted. */
const SETTLING_MS = 5_000;
const RETRIES = 2;
const MOST_SECONDS_UNTIL_BACK = 60;
const IN_A_ROW = 3;

/** Measures a running system under three times the load that it sustains, and its recovery. */
export async function measureOverload(
  running: Running,
  plan: OverloadPlan,
  { print, signal }: RunContext,
): Promise<OverloadResult> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const bench = await openBench(running, plan, { print, signal });
  try {
    await bench.warmUp();
    const alone = await bench.closed(1);
    const kneePerSecond = plan.rate ?? (await bench.findKnee(plan.connections)).knee.confirmedPerSecond;
    const rate = kneePerSecond * TIMES_THE_KNEE;
    print(`overload: ${rate.toFixed(0)} new orders/s, and retries of refused ones, ${plan.seconds} s`);
    const flood = await runFlood(running, bench, { rate, seconds: plan.seconds, signal });
    print('overload over: one customer at a time, until an order is confirmed as fast as before');
    const backAfterSeconds = await measureRecovery(bench, alone.confirmed.max, signal);
    await bench.auditor.settle();
    const faults = await bench.check([]);
    const orders = { accepted: bench.buyer.accepted.size };
    return { startedAt, machine, plan, alone, kneePerSecond, flood, backAfterSeconds, orders, faults };
  } finally {
    await bench.close();
  }
}

/** One attempt to place an order. */
interface Attempt {
  order: NextOrder;
  dueAt: number;
  retries: number;
}

/** An open loop: a refused order is retried after `Retry-After` with the same key, and is at last given up. */
async function runFlood(
  { services }: Running,
  { buyer, probe, meter }: Bench,
  { rate, seconds, signal }: { rate: number; seconds: number; signal: AbortSignal },
): Promise<Flood> {
  const begin = performance.now();
  const from = begin + SETTLING_MS;
  const end = from + seconds * 1_000;
  const isCounted = (at: number) => at >= from && at < end;
  const accepted: number[] = [];
  const refused: number[] = [];
  const late: number[] = [];
  let [retried, givenUp] = [0, 0];
  const pids = Object.entries(services).map(([name, { pid }]) => [name, pid as number]);
  const memoryUsed = watchMemory(Object.fromEntries(pids));
  const costing = costWhile(meter, from, end, signal);
  // Awaited below; if the load is aborted, it is never awaited.
  costing.catch(() => {});

  const postponed = createSchedule<Attempt>(begin);
  const inFlight = new Set<Promise<void>>();

  function send(attempt: Attempt): void {
    if (isCounted(attempt.dueAt)) late.push(performance.now() - attempt.dueAt);
    const done = receiveAnswer(attempt).finally(() => inFlight.delete(done));
    inFlight.add(done);
  }

  async function receiveAnswer({ order, dueAt, retries }: Attempt): Promise<void> {
    const answer = await buyer.send(order);
    if (!answer) return;
    const isPlaced = 'orderId' in answer;
    if (isCounted(dueAt)) (isPlaced ? accepted : refused).push(performance.now() - dueAt);
    if (isPlaced) {
      if (retries > 0) retried++;
      return;
    }
    const nextAt = performance.now() + answer.retryAfterMs;
    if (retries === RETRIES || nextAt > end) givenUp++;
    else postponed.add({ order, dueAt: nextAt, retries: retries + 1 }, nextAt);
  }

  for (let dueAt = begin; dueAt < end; dueAt += 1_000 / rate) {
    while (performance.now() < dueAt) {
      postponed.removeDue(performance.now()).forEach(send);
      await setTimeout(1, undefined, { signal });
    }
    send({ order: buyer.plan(), dueAt, retries: 0 });
  }
  const memory = memoryUsed();
  await Promise.all(inFlight);
  givenUp += postponed.removeDue(end + 1).length;
  const confirmed = [...probe.ends.values()].filter(
    ([first]) => first?.outcome === 'confirmed' && isCounted(first.at),
  );
  return {
    rate,
    confirmedPerSecond: confirmed.length / seconds,
    accepted: latencyOf(accepted),
    refused: latencyOf(refused),
    late: latencyOf(late),
    ...{ retried, givenUp, memory, cost: await costing },
  };
}

/** Seconds until some orders in a row were each confirmed within `asBeforeMs`. */
async function measureRecovery(
  { buyer, probe }: Bench,
  asBeforeMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const begin = performance.now();
  let since: number | undefined;
  let inARow = 0;
  while (performance.now() - begin < MOST_SECONDS_UNTIL_BACK * 1_000) {
    signal.throwIfAborted();
    const sentAt = performance.now();
    const answer = await buyer.send(buyer.plan());
    if (answer && 'retryAfterMs' in answer) await setTimeout(100, undefined, { signal });
    const seen = answer && 'orderId' in answer && (await probe.whenEnded(answer.orderId));
    if (!seen || seen.at - sentAt > asBeforeMs) inARow = 0;
    else if (++inARow === 1) since = sentAt;
    if (inARow === IN_A_ROW && since !== undefined) return (since - begin) / 1_000;
  }
  return undefined;
}
