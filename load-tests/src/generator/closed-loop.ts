import { setTimeout } from 'node:timers/promises';
import type { Cost } from '../cost/cost.ts';
import { costWhile, type Meter } from '../cost/meter.ts';
import { latencyOf, type Step } from '../figures/figures.ts';
import type { Probe } from '../validity/probe.ts';
import type { Buyer } from './buyer.ts';

export interface ClosedLoop {
  buyer: Buyer;
  probe: Probe;
  meter: Meter;
  connections: number;
  seconds: number;
  signal: AbortSignal;
}

export interface MeasuredStep extends Step {
  /** Requests that admission refused; their customers waited for `Retry-After`. */
  refused: number;
  /** Of the counted part of the step. */
  cost: Cost;
}

/** The first share of a step, in which the load settles; it is not counted. */
const SETTLING = 0.25;
const AFTER_COMPLAINT_MS = 50;

/**
 * Capacity: each customer places an order and waits for its end before the next one, so there are never more open
 * orders than customers. A customer whose order is refused waits for `Retry-After`.
 */
export async function runClosedLoop(options: ClosedLoop): Promise<MeasuredStep> {
  const { buyer, probe, meter, connections, seconds, signal } = options;
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const from = begin + seconds * 1_000 * SETTLING;
  const confirmedMs: number[] = [];
  let refused = 0;

  async function shop(): Promise<void> {
    while (performance.now() < end && !signal.aborted) {
      const sentAt = performance.now();
      let waitMs = 0;
      const purchase = await buyer.buy((retryAfterMs) => {
        refused++;
        waitMs = retryAfterMs;
      });
      if (!purchase) {
        if (buyer.complaints.length > 0) waitMs = AFTER_COMPLAINT_MS;
        if (waitMs > 0) await setTimeout(Math.min(waitMs, Math.max(0, end - performance.now())));
        continue;
      }
      const seen = await probe.whenEnded(purchase.orderId);
      if (seen?.outcome === 'confirmed' && seen.at >= from && seen.at < end)
        confirmedMs.push(seen.at - sentAt);
    }
  }

  const shopping = Array.from({ length: connections }, shop);
  const [cost] = await Promise.all([costWhile(meter, from, end, signal), ...shopping]);
  signal.throwIfAborted();
  const confirmedPerSecond = (confirmedMs.length / (end - from)) * 1_000;
  return { connections, confirmedPerSecond, confirmed: latencyOf(confirmedMs), refused, cost };
}
