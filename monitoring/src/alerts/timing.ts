/** How the times of the rules are written: `1h` in production, and shorter by one factor in drills. */
export interface Timing {
  /** A range or an offset of a query. At least five seconds, since a window needs several samples. */
  window(nominal: string): string;
  /** A duration of waiting, the `for` of an alert. */
  wait(nominal: string): string;
  /** A moment or an age that a query compares with, in seconds. */
  seconds(nominal: string): number;
  /** The interval of evaluation, in seconds. */
  intervalSeconds: number;
}

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const SHORTEST_WINDOW_S = 5;
const INTERVAL_S = 30;

/** @param speed 1 in production; 60 makes an hour of every rule a minute */
export function timing(speed: number): Timing {
  const scaled = (nominal: string) => secondsOf(nominal) / speed;
  return {
    window: (nominal) => duration(Math.max(scaled(nominal), SHORTEST_WINDOW_S)),
    wait: (nominal) => duration(scaled(nominal)),
    seconds: scaled,
    intervalSeconds: Math.max(INTERVAL_S / speed, 1),
  };
}

function secondsOf(nominal: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(nominal) ?? [];
  if (!unit) throw new Error(`A duration is a whole number and one of s, m, h, d, unlike "${nominal}".`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** As Prometheus writes it, in the largest unit that gives a whole number. */
export function duration(seconds: number): string {
  if (!Number.isInteger(seconds)) return `${Math.round(seconds * 1_000)}ms`;
  const [unit, size] = (Object.entries(UNITS) as [string, number][]).findLast(
    ([, size]) => seconds % size === 0,
  ) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}
