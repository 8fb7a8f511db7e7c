import { setTimeout } from 'node:timers/promises';
import type { Cost } from '../cost/cost.ts';
import { costWhile, type Meter } from '../cost/meter.ts';
import { type Latency, latencyOf, paceOf } from '../figures/figures.ts';
import type { Probe } from '../validity/probe.ts';
import type { Buyer } from './buyer.ts';

export interface OpenLoop {
  buyer: Buyer;
  probe: Probe;
  meter: Meter;
  /** Requests each second. */
  rate: number;
  seconds: number;
  /** Whether admission may refuse an order; otherwise a refusal is a fault. */
  mayRefuse: boolean;
  signal: AbortSignal;
}

export interface OpenLoopResult {
  rate: number;
  /** Orders a second, without repeats: those that were due, and those that ended. */
  offered: number;
  achieved: number;
  /** The number of orders that admission refused. */
  refused: number;
  /** From the moment at which the order was due to `order.confirmed` on the topic. */
  confirmed: Latency;
  /** From the moment at which the order was due to the answer. */
  answered: Latency;
  /** The delay of the requests: the generator's own share of these latencies. */
  late: Latency;
  /** From the first to the last counted order. */
  cost: Cost;
}

const SETTLING_MS = 2_000;

/**
 * Latency: orders arrive at their own times, whether or not earlier ones have ended. Each is timed from the moment at
 * which it was due, so a stall counts for every order that was due in it.
 * (Tene, "How NOT to Measure Latency", 2013: coordinated omission)
 */
export async function runOpenLoop({
  buyer,
  probe,
  meter,
  rate,
  seconds,
  mayRefuse,
  signal,
}: OpenLoop): Promise<OpenLoopResult> {
  const begin = performance.now();
  const from = begin + SETTLING_MS;
  const end = from + seconds * 1_000;
  const confirmed: number[] = [];
  const answered: number[] = [];
  const late: number[] = [];
  const isCounted = (at: number) => at >= from && at < end;
  const ended: { dueAt: number; endedAt: number }[] = [];
  let [offered, refused] = [0, 0];

  async function buyAt(dueAt: number): Promise<void> {
    if (isCounted(dueAt)) late.push(performance.now() - dueAt);
    const purchase = await buyer.buy(mayRefuse ? () => void refused++ : undefined);
    if (!purchase) return;
    if (isCounted(dueAt)) {
      offered++;
      answered.push(purchase.answeredAt - dueAt);
    }
    const seen = await probe.whenEnded(purchase.orderId);
    if (!seen) return;
    if (!isCounted(dueAt)) return;
    ended.push({ dueAt, endedAt: seen.at });
    if (seen.outcome === 'confirmed') confirmed.push(seen.at - dueAt);
  }

  const cost = costWhile(meter, from, end, signal);
  // Awaited below; if the loop is aborted, it is never awaited.
  cost.catch(() => {});
  const inFlight: Promise<void>[] = [];
  for (let dueAt = begin; dueAt < end; dueAt += 1_000 / rate) {
    while (performance.now() < dueAt) await setTimeout(1, undefined, { signal });
    inFlight.push(buyAt(dueAt));
  }
  await Promise.all(inFlight);
  signal.throwIfAborted();
  return {
    rate,
    offered: offered / seconds,
    achieved: (ended.length / seconds) * paceOf(ended),
    refused,
    confirmed: latencyOf(confirmed),
    answered: latencyOf(answered),
    late: latencyOf(late),
    cost: await cost,
  };
}
