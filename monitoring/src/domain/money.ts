import { differences } from '../dashboards/books.ts';
import { attempts, dueFor, dueNow } from '../dashboards/due-work.ts';
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
      limit: above(0),
      advice:
        'Open: calls failed in a row, and captures wait. Ask the provider; it closes by itself when one call succeeds.',
      queries: { breaker: `max(${now(`${own}_payment_provider_breaker`)})` },
      texts: { 0: 'closed', 1: 'open', 2: 'half open' },
      links: [runbook('breaker-open'), logs('payment')],
    }),
    differences,
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
    dueNow(ofMoney),
    dueFor(ofMoney),
    attempts(ofMoney, 'provider-response-mismatch'),
  ],
};
