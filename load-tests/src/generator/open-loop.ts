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
  /** Whether the service may have no room for an order; else it is a fault. */
  mayRefuse: boolean;
  signal: AbortSignal;
}

export interface OpenLoopResult {
  rate: number;
  /** Orders each second, without repeats: those that were to come, and those that came to an end. */
  offered: number;
  achieved: number;
  /** Orders for which there was no room, in all. */
  refused: number;
  /** From the moment at which it should have been sent to `order.confirmed` on the topic. */
  confirmed: Latency;
  /** From the moment at which it should have been sent to the answer. */
  answered: Latency;
  /** How late requests were sent: the generator's own part in all this. */
  late: Latency;
  /** From the first to the last order that counts. */
  cost: Cost;
}

const SETTLING_MS = 2_000;

/**
 * Latency: orders come when they come, whether or not earlier ones have ended, and each is timed from the moment at
 * which it was due, so that a stall counts for all that should have been sent in it.
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
  // Awaited below: should the loop be broken off, nobody waits for it.
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
