import { burnCases, type Events, MINUTES } from '../alerts/cases/burn-cases.ts';
import { type Case, counter } from '../alerts/cases/case.ts';
import { own } from '../own.ts';

const uptime = (job: string) => `process_uptime_seconds{job="${job}",instance="a"}`;
const gauge = (name: string, labels = 'job="payment",instance="a"') => `${own}_${name}{${labels}}`;

const orders = `{job="order",outcome="confirmed",reason="none"`;
const inTime: Events = (good, bad) => ({
  [`${own}_order_duration_seconds_count${orders}}`]: counter(MINUTES, (minute) => good(minute) + bad(minute)),
  [`${own}_order_duration_seconds_bucket${orders},le="5"}`]: counter(MINUTES, good),
});

export const objectiveCases: Case[] = burnCases('orders-late', 0.01, inTime, 'order');

export const causeCases: Case[] = [
  {
    alert: 'orders-do-not-end',
    what: 'orders are placed, and for twenty minutes none ends',
    series: {
      [gauge('orders_placed_total', 'job="order"')]: '0+5x140',
      [gauge('order_duration_seconds_count', 'job="order",outcome="confirmed",reason="none"')]:
        '0+5x40 200x40 205+5x50',
    },
    quietAt: [20, 29, 43],
    fires: { at: 31, service: 'order' },
  },
  {
    alert: 'breaker-open',
    what: 'the breaker opens, tries a call, and closes',
    series: { [gauge('payment_provider_breaker')]: '0x10 1x10 2x4 0x10' },
    quietAt: [5, 6, 15],
    fires: { at: 8, service: 'payment' },
  },
  {
    alert: 'reconciliation-missing',
    what: 'all books are compared at the beginning, and nobody compares them again for 30 hours',
    series: {
      [uptime('payment')]: '0+30x3800',
      [gauge('reconciliation_differences')]: '0x2 _x3600 0x2',
      [gauge('reconciliation_differences', 'job="inventory",instance="a"')]: '0x2 _x3600 0x2',
    },
    quietAt: [60, 1_550, 1_805],
    fires: { at: 1_565, service: 'payment' },
  },
  {
    alert: 'reconciliation-missing',
    what: 'the books of payment are compared each day, a little later each time, and the comparison of inventory fails',
    series: {
      [uptime('payment')]: '0+30x6200',
      [uptime('inventory')]: '0+30x6200',
      [gauge('reconciliation_differences')]: '0x2 _x2890 0x2 _x2890 0x2',
      [gauge('reconciliation_differences', 'job="inventory",instance="a"')]: '0x2 _x3600 0x2',
    },
    quietAt: [1_445, 1_550, 1_805, 2_895],
    fires: { at: 1_565, service: 'inventory' },
  },
];
