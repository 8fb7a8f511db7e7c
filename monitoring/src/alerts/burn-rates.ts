import { objectives } from '../all-objectives.ts';
import { allowedShare } from '../objective.ts';
import { limits } from '../objectives.ts';
import { own } from '../own.ts';
import type { Alert } from './alert.ts';
import { type Budget, ofEvents, ofTime, type Recording } from './budget.ts';
import { BURNS, type Burn } from './burns.ts';
import { now } from './expressions.ts';

/**
 * With little traffic, one failed request of two is half of all requests, and no reason to wake anybody. So an alert needs
 * as many bad events as a fault has within minutes and bad luck has not.
 */
const LEAST_BAD_EVENTS = 10;

const budgets: Budget[] = [
  ...objectives.map(ofEvents),
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

function burnAlert({ alert, metric, target, summary, bad, badEvents, service }: Budget, burn: Burn): Alert {
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

function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}
