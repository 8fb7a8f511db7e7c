import { serviceNames, services } from '@repo/stack/topology';
import type { Alert } from '../alerts/alert.ts';
import { now } from '../alerts/expressions.ts';
import { own } from '../own.ts';

const placed = `${own}_orders_placed_total`;
const ended = `${own}_order_duration_seconds_count`;
const uptime = 'process_uptime_seconds';
const differences = `${own}_reconciliation_differences`;

/** As many orders as make it unlikely that all of them wait for something else. */
const LEAST_ORDERS = 10;

/** Each of them compares the books with its own, so each has a result. */
const comparers = serviceNames.filter((name) => services[name].reconciles === 'compares');
/** A daily run does not end at the same second every day. */
const A_DAY = '26h';

export const unmeasured: Alert[] = [
  {
    name: 'orders-do-not-end',
    severity: 'page',
    expr: ({ window }) =>
      `sum by (job) (increase(${placed}[${window('10m')}])) >= ${LEAST_ORDERS}\nunless sum by (job) (increase(${ended}[${window('10m')}])) > 0`,
    summary: 'Orders are placed, and none ends',
    description:
      'In 10 minutes {{ $value | humanize }} orders were placed, and none was confirmed or cancelled. An order is measured when it ends, so the alert orders-late stays silent.',
  },
];

export const causes: Alert[] = [
  {
    name: 'breaker-open',
    severity: 'info',
    expr: (times) => `max by (job) (${now(`${own}_payment_provider_breaker`, times)}) > 0`,
    for: '1m',
    summary: 'The payment provider is not called',
    description:
      'For a minute the circuit breaker of {{ $labels.job }} has not been closed (its state is {{ $value }}: 1 is open, 2 tries one call): most calls to the payment provider have failed. Orders wait for their payment.',
  },
  {
    name: 'reconciliation-missing',
    severity: 'ticket',
    // Only of a service that existed a day ago.
    expr: ({ window }) => {
      const absent = comparers.map(
        (job) => `absent_over_time(${differences}{job="${job}"}[${window(A_DAY)}])`,
      );
      const old = `last_over_time(${uptime}[${window('5m')}] offset ${window(A_DAY)})`;
      return `(${absent.join('\nor ')})\nand on (job) ${old}`;
    },
    summary: 'The books have not been compared for a day ({{ $labels.job }})',
    description:
      'For more than a day npm run reconcile has had no result of {{ $labels.job }} ({{ $value }} means absent), so whether its books agree is not known.',
  },
];
