import type { Timing } from './timing.ts';

/**
 * The latest value of a gauge, from processes that still report. Prometheus itself shows the last value of a dead process
 * for five minutes, since nothing marks the end of series that are pushed.
 */
export function now(gauge: string, { window }: Timing): string {
  return `last_over_time(${gauge}[${window('1m')}])`;
}

/**
 * How much a rare counter has grown. `increase` compares samples, so it misses the first count of a series; a series that
 * did not exist at the beginning of the window has grown by its whole value. (After a restart of the process the series is
 * the same, and Prometheus has a sample of 0 from its start.)
 */
export function growth(counter: string, nominal: string, times: Timing): string {
  const window = times.window(nominal);
  const isNew = `${now(counter, times)} unless last_over_time(${counter}[${window}] offset ${window})`;
  return `(increase(${counter}[${window}]) > 0 or (${isNew}))`;
}
