import type { Point } from './point.ts';
import { openSeries, type Series } from './series.ts';

const KEEP_MS = 15 * 60_000;
/** After this time without a point, the value of a gauge is no longer known: its process may be down. */
const FRESH_MS = 15_000;

/** What a series tells about some last seconds. */
export type Figure = {
  name: string;
  attributes: Record<string, string>;
} & (
  | { kind: 'gauge'; value: number }
  | { kind: 'counter'; increase: number }
  /** How many values came into each bucket; the last one has no upper bound. */
  | { kind: 'histogram'; bounds: number[]; buckets: number[] }
);

type Limits = { series?: number; numbers?: number; clock?: () => number };

/**
 * Keeps the metrics of the last fifteen minutes in memory, by series. Its size is bounded: series above a number are
 * refused, and when all together hold too many numbers, each forgets its older half.
 */
export function openSeriesStore(limits: Limits = {}) {
  const {
    series: mostSeries = 5_000,
    numbers: mostNumbers = 5_000_000,
    clock = () => performance.now(),
  } = limits;
  const all = new Map<string, Series>();
  let refused = 0;

  function seriesOf(point: Point): Series | undefined {
    const key = keyOf(point);
    const known = all.get(key);
    if (known) return known;
    if (all.size >= mostSeries) forgetOld();
    if (all.size >= mostSeries) return undefined;
    const opened = openSeries(point, KEEP_MS);
    all.set(key, opened);
    return opened;
  }

  const ageOf = (series: Series) => clock() - (series.latest()?.at ?? 0);

  function forgetOld(): void {
    for (const [key, series] of all) if (ageOf(series) > KEEP_MS) all.delete(key);
  }

  function shrink(): void {
    const size = [...all.values()].reduce((sum, series) => sum + series.size(), 0);
    if (size > mostNumbers) for (const series of all.values()) series.forgetHalf();
  }

  return {
    add(points: Point[]): void {
      for (const point of points) {
        const series = seriesOf(point);
        if (series) series.add(point, clock());
        else refused++;
      }
      shrink();
    },
    /**
     * What every series tells about the last seconds. Those without a point in that time are left out, and gauges without
     * a recent one.
     */
    figures(seconds: number): Figure[] {
      const since = clock() - seconds * 1_000;
      return [...all.values()]
        .filter(
          (series) =>
            ageOf(series) <= (series.kind === 'gauge' ? FRESH_MS : Math.max(FRESH_MS, seconds * 1_000)),
        )
        .map((series) => figureOf(series, since));
    },
    /** How many points were refused because there are too many series. */
    refused: () => refused,
  };
}

function keyOf({ name, kind, attributes, bounds }: Point): string {
  return JSON.stringify([name, kind, bounds, Object.entries(attributes).sort()]);
}

function figureOf(series: Series, since: number): Figure {
  const { name, attributes, kind, bounds } = series;
  if (kind === 'gauge') return { name, attributes, kind, value: series.latest()?.totals[0] ?? 0 };
  const [first = 0, ...buckets] = series.increaseSince(since);
  return kind === 'counter'
    ? { name, attributes, kind, increase: first }
    : { name, attributes, kind, bounds, buckets };
}
