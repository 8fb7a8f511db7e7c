/** Figures of a measurement. Pure. */
export interface Latency {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** The result of one number of connections. */
export interface Step {
  connections: number;
  /** Orders that reached `order.confirmed`, each second. */
  confirmedPerSecond: number;
  /** From the request to the confirmation, in milliseconds. */
  confirmed: Latency;
}

/** By nearest rank: the smallest value that this share of all values does not exceed; NaN without values. */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function latencyOf(values: number[]): Latency {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
}

/** More connections that gain less than this only lengthen the queue. */
const WORTH_IT = 1.05;

/** The step with the fewest connections among those within five percent of the best. */
export function kneeOf<Of extends Step>(steps: Of[]): Of {
  const best = Math.max(...steps.map((step) => step.confirmedPerSecond));
  const knee = steps.find((step) => step.confirmedPerSecond * WORTH_IT >= best);
  if (!knee) throw new Error('There is no knee without a step.');
  return knee;
}

/** Whether the last two steps gained nothing, so that the next one is not tried. */
export function isPastKnee(steps: Step[]): boolean {
  const [before, ...lastTwo] = steps.slice(-3).map((step) => step.confirmedPerSecond);
  return lastTwo.length === 2 && Math.max(...lastTwo) < (before as number) * WORTH_IT;
}

/**
 * The rate at which orders ended over the rate at which they were due: 1 when both halves of the orders took equally
 * long, less when the second half waited behind the first. A count of the ends in a window would include open orders at
 * its edges, which for few orders is more than one percent.
 */
export function paceOf(orders: { dueAt: number; endedAt: number }[]): number {
  const sorted = orders.toSorted((one, other) => one.dueAt - other.dueAt);
  const half = Math.floor(sorted.length / 2);
  if (half === 0) return Number.NaN;
  const apart = (read: (order: { dueAt: number; endedAt: number }) => number) =>
    mean(sorted.slice(-half).map(read)) - mean(sorted.slice(0, half).map(read));
  return apart(({ dueAt }) => dueAt) / apart(({ endedAt }) => endedAt);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
