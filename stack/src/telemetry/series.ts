import type { Point } from './point.ts';

/** The totals of a series at one time. They only grow, for counters and histograms: a process that restarts counts on. */
type Reading = { at: number; totals: number[] };

/** Two readings that are closer than this are kept as one. */
const CLOSEST_MS = 900;

/**
 * The readings of one series of the last minutes.
 *
 * A process that restarts counts from zero again. That is recognized by a total that has fallen, as Prometheus does
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#rate), or by a counting that began after the last
 * point: a new process may soon have counted more than the old one.
 *
 * @param keepMs how long readings are kept. Where the counting began earlier, the first point is where it starts here.
 */
export function openSeries({ name, kind, attributes, bounds }: Point, keepMs: number) {
  const readings: Reading[] = [];
  let last: Point | undefined;

  const zeros = (values: number[]) => values.map(() => 0);

  function increaseTo(point: Point): number[] {
    if (point.isDelta) return point.values;
    if (!last) return point.at - point.startedAt > keepMs ? zeros(point.values) : point.values;
    const { values, at } = last;
    const hasRestarted = counted(point) < counted(last) || (point.startedAt > 0 && point.startedAt > at);
    return hasRestarted ? point.values : point.values.map((value, index) => value - (values[index] ?? 0));
  }

  function totalsAt(point: Point): number[] {
    if (kind === 'gauge') return point.values;
    const before = readings.at(-1)?.totals ?? [];
    return increaseTo(point).map((increase, index) => (before[index] ?? 0) + increase);
  }

  return {
    name,
    kind,
    attributes,
    bounds,
    /** `now` is the time of arrival, by a clock that never jumps. */
    add(point: Point, now: number): void {
      const totals = totalsAt(point);
      last = point;
      const [previous, latest] = readings.slice(-2);
      // Of a value that stays, the first and the last reading are enough.
      const isSame = previous && latest && [previous, latest].every((one) => isEqual(one.totals, totals));
      const isClose = previous && latest && latest.at - previous.at < CLOSEST_MS;
      if (isSame || isClose) readings.pop();
      readings.push({ at: now, totals });
      // One that is older tells the totals at the beginning of the time that is kept.
      while (readings[1] && readings[1].at < now - keepMs) readings.shift();
    },
    latest: () => readings.at(-1),
    /** By how much the totals have grown since a time. All of it, if the series is younger. */
    increaseSince(since: number): number[] {
      const now = readings.at(-1)?.totals ?? [];
      const before = readings.findLast(({ at }) => at <= since)?.totals ?? [];
      return now.map((total, index) => total - (before[index] ?? 0));
    },
    /** How many numbers it keeps. */
    size: () => readings.length * (readings[0]?.totals.length ?? 0),
    forgetHalf: () => void readings.splice(0, Math.floor(readings.length / 2)),
  };
}

export type Series = ReturnType<typeof openSeries>;

/** What a counter has counted, or how many values a histogram has. */
function counted({ kind, values }: Point): number {
  return kind === 'histogram' ? values.slice(1).reduce((sum, count) => sum + count, 0) : (values[0] ?? 0);
}

function isEqual(one: number[], other: number[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
