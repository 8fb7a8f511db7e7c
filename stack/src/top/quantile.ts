/**
 * The value below which a share of the values lies, from the buckets of a histogram: by linear interpolation within its
 * bucket, as Prometheus' histogram_quantile does
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile). The lowest bucket begins at 0.
 * A value above all bounds counts as the highest of them.
 *
 * @param share from 0 to 1
 * @param bounds the upper bounds of the buckets, from the lowest
 * @param buckets how many values are in each bucket; the last one has no upper bound
 * @returns null where there are no values
 */
export function quantile(share: number, bounds: number[], buckets: number[]): number | null {
  const count = buckets.reduce((sum, one) => sum + one, 0);
  if (count <= 0 || bounds.length === 0) return null;
  const rank = share * count;
  let below = 0;
  for (const [index, inBucket] of buckets.entries()) {
    const bound = bounds[index];
    if (bound === undefined) break;
    if (inBucket > 0 && below + inBucket >= rank) {
      const lower = bounds[index - 1] ?? Math.min(0, bound);
      return lower + (bound - lower) * ((rank - below) / inBucket);
    }
    below += inBucket;
  }
  return bounds.at(-1) ?? null;
}
