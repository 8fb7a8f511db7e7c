import type { Timing } from './timing.ts';

/**
 * The latest value of a gauge, from processes that still report. Prometheus itself shows the last value of a dead process
 * for five minutes, since nothing marks the end of series that are pushed.
 */
export function now(gauge: string, { window }: Timing): string {
  return `last_over_time(${gauge}[${window('1m')}])`;
}

/**
 * How much a rare counter has grown. `increase` compares samples within the window, so it misses the first count of a
 * series, and what was counted while metrics did not arrive. So the value is also compared with the last one before the
 * window, or with 0 for a series that is new or was set back since. That one may be a day old: after a gap in the metrics, a
 * count that Prometheus knew before is no growth. (A counter that reaches its old value again after a restart has grown for
 * `increase` alone, which finds its sample of 0 from the start.)
 */
export function growth(counter: string, nominal: string, times: Timing): string {
  const window = times.window(nominal);
  const latest = now(counter, times);
  const before = `last_over_time(${counter}[${times.window('1d')}] offset ${window})`;
  return `(increase(${counter}[${window}]) > 0 or ${latest} - (${before} <= ${latest} or 0 * ${latest}) > 0)`;
}
