/** A sample of every series is taken, and every rule is evaluated, once in so many seconds. */
export const TICK_S = 30;

/** What happens to some series, and when an alert fires: data for `promtool test rules`. Times are in minutes. */
export interface Case {
  alert: string;
  /** The labels of one of several rules of the same name. */
  labels?: Record<string, string>;
  what: string;
  /** The values of each series, in promtool's notation, one for each tick. */
  series: Record<string, string>;
  /** When it does not fire. */
  quietAt: number[];
  /** When it fires, with which label `service`; never, in a case that only shows what it ignores. */
  fires?: { at: number; service: string };
}

/** The values of a counter that grows by `growth` at each minute. */
export function counter(minutes: number, growth: (minute: number) => number): string {
  const values = [0];
  for (let tick = 1; tick <= (minutes * 60) / TICK_S; tick++) {
    values.push((values.at(-1) as number) + growth((tick * TICK_S) / 60));
  }
  return values.map((value) => Number(value.toFixed(4))).join(' ');
}
