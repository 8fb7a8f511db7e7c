import { logs, runbook, traces } from '../dashboards/links.ts';
import {
  above,
  anyValue,
  type Dashboard,
  figure,
  graph,
  now,
  quantile,
  rate,
  stack,
} from '../dashboards/panel.ts';
import { limits } from '../objectives.ts';
import { own } from '../own.ts';

const calls = `${own}_payment_provider_calls_total`;
const callDuration = `${own}_payment_provider_call_duration_seconds`;
const job = `${own}_job`;
const ofMoney = `job="payment",${job}=~"(capture|refund) payment"`;

export const money: Dashboard = {
  name: 'money',
  title: 'Money',
  question: 'Is every customer charged once, and refunded when due?',
  panels: [
    stack('Captured and refunded', {
      unit: 'none',
      limit: anyValue,
      advice:
        'Minor units of the currency a second. No captures while orders are placed: the breaker, or the provider.',
      queries: {
        '{{kind}} {{currency}}': rate(`${own}_payment_amount_total`, 'job="payment"', 'kind, currency'),
      },
      links: [traces('payment'), logs('payment')],
    }),
    figure('Refunded, of what was captured', {
      unit: 'percentunit',
      limit: above(0.2, 0.1),
      advice:
        'Of the selected time. Many refunds are orders cancelled during their capture: is the provider slow?',
      queries: {
        '{{currency}}': `sum by (currency) (increase(${own}_payment_amount_total{kind="refund"}[$__range])) / sum by (currency) (increase(${own}_payment_amount_total{kind="capture"}[$__range]))`,
      },
      links: [traces('payment')],
    }),
    figure('Circuit breaker', {
      unit: 'none',
      limit: above(1),
      advice:
        'Open: calls failed in a row, and captures wait. Ask the provider; it closes by itself when one call succeeds.',
      queries: { breaker: `max(${now(`${own}_payment_provider_breaker`)})` },
      texts: { 0: 'closed', 1: 'open', 2: 'half open' },
      links: [runbook('breaker-open'), logs('payment')],
    }),
    figure('Differences in the books', {
      unit: 'none',
      limit: above(limits.differences),
      advice:
        'Of the latest npm run reconcile within three days. It names each difference; its page explains which ones --apply repairs.',
      queries: { '{{job}}': 'last_over_time(job:reconciliation_differences:max[3d])' },
      links: [runbook('reconciliation-differences')],
    }),
    stack('Calls to the provider', {
      unit: 'ops',
      limit: anyValue,
      advice:
        'timed_out and failed: the provider. refused: a declined card, or our request; the log names which. not_sent: the breaker is open, or nobody listens there.',
      queries: { '{{operation}} {{outcome}}': rate(calls, '', 'operation, outcome') },
      links: [runbook('provider-call-refused'), traces('payment'), logs('payment')],
    }),
    graph('Time of a call', {
      unit: 's',
      limit: above(2, 1),
      advice:
        'p99 of the calls that were sent. An order waits for its capture: above 5 s the objective is missed. Tell the provider.',
      queries: { '{{operation}}': quantile(0.99, callDuration, '', 'operation') },
      links: [traces('payment', { minDuration: '1s' }), logs('payment')],
    }),
    graph('Due now', {
      unit: 'short',
      limit: anyValue,
      advice: 'Captures and refunds that wait. It grows: the breaker is open, or calls take long.',
      queries: { [`{{${job}}}`]: `max by (${job}) (${now(`${own}_job_due{${ofMoney}}`)})` },
      links: [runbook('job-keeps-failing'), logs('payment')],
    }),
    graph('Due for', {
      unit: 's',
      limit: above(limits.dueSeconds, 10),
      advice:
        'The oldest that waits. Its row in the database has the number of its attempts and the last error.',
      queries: { [`{{${job}}}`]: `max by (${job}) (${now(`${own}_job_due_age_seconds{${ofMoney}}`)})` },
      links: [runbook('jobs-overdue'), logs('payment')],
    }),
    stack('Attempts', {
      unit: 'ops',
      limit: anyValue,
      advice:
        'unknown: an answer was lost, and the next attempt asks with the same key. refused: the final answer of the provider.',
      queries: { [`{{${job}}} {{outcome}}`]: rate(`${own}_job_attempts_total`, ofMoney, `${job}, outcome`) },
      links: [runbook('provider-response-mismatch'), logs('payment')],
    }),
  ],
};
