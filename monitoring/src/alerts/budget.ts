import type { Objective } from '../objective.ts';
import { WINDOWS } from './burns.ts';
import type { Timing } from './timing.ts';

/** A recording rule. Its name is level:metric:operations, as Prometheus' own documentation recommends. */
export interface Recording {
  record: string;
  expr(times: Timing): string;
}

/** An objective whose bad share is recorded for some windows, and which alerts by how fast it uses up its budget. */
export interface Budget {
  alert: string;
  target: number;
  /** The series of the bad share: `job:requests_failed:ratio5m` for `requests_failed`. */
  metric: string;
  summary: string;
  /** What is bad, after "3 % of". */
  bad: string;
  service: string;
  recordings: Recording[];
  /** How many bad events there were in a window; not for shares of time. */
  badEvents?: (nominal: string, times: Timing) => string;
}

/**
 * Records the rates of five minutes from the original series, and longer windows from these few: three days of one series
 * for each service are cheap to read.
 */
export function ofEvents(objective: Objective): Budget {
  const { alert, metric, target, summary, whatIsBad } = objective;
  const [bad, total] = [`job:${metric}:rate5m`, `job:${metric}_of:rate5m`];
  const over = (series: string, nominal: string, { window }: Timing) =>
    nominal === '5m' ? series : `sum_over_time(${series}[${window(nominal)}])`;
  return {
    alert,
    metric,
    target,
    summary,
    bad: whatIsBad,
    service: '{{ $labels.job }}',
    recordings: [
      { record: bad, expr: ({ window }) => objective.bad(window('5m'), 'job') },
      { record: total, expr: ({ window }) => objective.total(window('5m'), 'job') },
      ...WINDOWS.map((nominal) => ({
        record: `job:${metric}:ratio${nominal}`,
        expr: (times: Timing) => `${over(bad, nominal, times)} / ${over(total, nominal, times)}`,
      })),
    ],
    badEvents: (nominal, times) => `${over(bad, nominal, times)} * ${times.intervalSeconds}`,
  };
}

/** Records at each evaluation whether it is bad just now: 0 or 1. Their average is the bad share of a window. */
export function ofTime({
  isBad,
  ...rest
}: Omit<Budget, 'service' | 'recordings' | 'badEvents'> & { isBad(times: Timing): string }): Budget {
  const record = `job:${rest.metric}:bool`;
  return {
    ...rest,
    service: '{{ $labels.job }}',
    recordings: [
      { record, expr: isBad },
      ...WINDOWS.map((nominal) => ({
        record: `job:${rest.metric}:ratio${nominal}`,
        expr: ({ window }: Timing) => `avg_over_time(${record}[${window(nominal)}])`,
      })),
    ],
  };
}
