import type { JobWorkerOptions } from './job.ts';

/**
 * Checks that a worker with all its rows claimed performs the last one within the lease.
 *
 * @throws RangeError otherwise: another replica would repeat the call
 */
export function checkLease(
  options: Pick<JobWorkerOptions<never, never>, 'name' | 'callLimitMs' | 'leaseMs' | 'parallelCalls'> & {
    concurrency: number;
  },
): void {
  const { name, concurrency, callLimitMs = 0, leaseMs = Number.POSITIVE_INFINITY } = options;
  const { parallelCalls = concurrency } = options;
  // Rows that are claimed together are performed in rounds of `parallelCalls`.
  const longestMs = Math.ceil(concurrency / parallelCalls) * callLimitMs;
  if (longestMs < leaseMs) return;
  throw new RangeError(
    `${name}: ${concurrency} rows with ${parallelCalls} calls in parallel take up to ${longestMs} ms, ` +
      `and the lease is ${leaseMs} ms.`,
  );
}
