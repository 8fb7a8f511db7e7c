import { domain } from '../domain/domain.ts';
import { allowedShare, type Objective } from '../objective.ts';
import { answered, fast, limits } from '../objectives.ts';
import { own } from '../own.ts';
import type { Alert, Severity } from './alert.ts';
import { now } from './expressions.ts';
import type { Timing } from './timing.ts';

/** A recording rule. Its name is level:metric:operations, as Prometheus' own documentation recommends. */
export interface Recording {
  record: string;
  expr(times: Timing): string;
}

/** An objective whose bad share is recorded for some windows, and which alerts by how fast it uses up its budget. */
interface Budget {
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

/** The Site Reliability Workbook, chapter 5, table 5-8: how fast, in which two windows, who is told. */
const BURNS: {
  factor: number;
  long: string;
  short: string;
  severity: Severity;
  words: string;
  gone: string;
}[] = [
  { factor: 14.4, long: '1h', short: '5m', severity: 'page', words: 'the last hour', gone: '2 days' },
  { factor: 6, long: '6h', short: '30m', severity: 'page', words: 'the last 6 hours', gone: '5 days' },
  { factor: 1, long: '3d', short: '6h', severity: 'ticket', words: 'the last 3 days', gone: '30 days' },
];
const WINDOWS = [...new Set(BURNS.flatMap(({ long, short }) => [short, long]))];

/**
 * With little traffic, one failed request of two is half of all requests, and no reason to wake anybody. So an alert needs
 * as many bad events as a fault has within minutes and bad luck has not.
 */
const LEAST_BAD_EVENTS = 10;

const budgets: Budget[] = [
  ...[answered, fast, ...domain.objectives].map(ofEvents),
  // A gauge has no events: its bad share is a share of time. The target of 99.9 % leaves 43 minutes in 30 days.
  ofTime({
    target: 0.999,
    alert: 'events-late',
    metric: 'outbox_late',
    summary: 'Events are published late',
    bad: 'the time an event has waited in the outbox of {{ $labels.job }} for more than 60 s',
    isBad: (times) =>
      `max by (job) (${now(`${own}_outbox_age_seconds`, times)}) > bool ${limits.outboxAgeSeconds}`,
  }),
];

export const burnRecordings: Recording[] = [
  ...budgets.flatMap(({ recordings }) => recordings),
  // The result of the latest run of `npm run reconcile`, which is a short process of its own.
  {
    record: 'job:reconciliation_differences:max',
    expr: (times) => `max by (job) (${now(`${own}_reconciliation_differences`, times)})`,
  },
];

export const burnAlerts: Alert[] = [
  ...budgets.flatMap((budget) => BURNS.map((burn) => burnAlert(budget, burn))),
  // All books must agree: there is no budget that could be used up fast or slowly. The latest run counts.
  {
    name: 'reconciliation-differences',
    severity: 'page',
    expr: ({ window }) =>
      `last_over_time(job:reconciliation_differences:max[${window('3d')}]) > ${limits.differences}`,
    summary: 'The books do not agree ({{ $labels.job }})',
    description:
      'The latest run of npm run reconcile found {{ $value }} differences between the books of {{ $labels.job }} and those of another service.',
  },
];

function burnAlert(
  { alert, metric, target, summary, bad, badEvents, service }: Budget,
  burn: (typeof BURNS)[number],
): Alert {
  const { factor, long, short, severity, words, gone } = burn;
  const allowed = allowedShare({ target });
  return {
    name: alert,
    severity,
    service,
    labels: { window: long },
    expr: (times) =>
      [
        `job:${metric}:ratio${long} > ${factor} * ${allowed}`,
        `job:${metric}:ratio${short} > ${factor} * ${allowed}`,
        ...(badEvents ? [`${badEvents(long, times)} >= ${LEAST_BAD_EVENTS}`] : []),
      ].join('\nand '),
    summary: `${summary} (${service})`,
    description: `In ${words}, {{ $value | humanizePercentage }} of ${bad}. The objective allows ${percent(allowed)}: at this rate, the budget of 30 days is used up within ${gone}.`,
  };
}

/**
 * Records the rates of five minutes from the original series, and longer windows from these few: three days of one series
 * for each service are cheap to read.
 */
function ofEvents(objective: Objective): Budget {
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
function ofTime({
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

function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}
