import { ownName } from '@repo/observability';
import { type Figures, generalPanels, limited, type Panel, type Row } from '@repo/stack';
import { limits } from '@repo/stack/limits';

/**
 * By then 99 % of orders have ended: the objective of monitoring/src/domain, which an image of the demo does not have. A test
 * compares both.
 */
export const ORDER_SECONDS = 5;

const columns: Panel['columns'] = [
  { id: 'perSecond', title: 'a second', format: 'rate' },
  { id: 'p50Seconds', title: 'p50', format: 'seconds' },
  { id: 'p99Seconds', title: 'p99', format: 'seconds' },
];

type Where = Record<string, string>;

/** How many of a histogram of durations there are a second, and how long they take. */
function durations(figures: Figures, name: string, where: Where, limit: number): Row['cells'] {
  return {
    perSecond: figures.rate(name, where),
    p50Seconds: figures.quantile(0.5, name, where),
    p99Seconds: limited(figures.quantile(0.99, name, where), limit),
  };
}

const orders: Panel = {
  id: 'orders',
  title: 'Orders',
  columns: [...columns, { id: 'now', title: 'now', format: 'count' }],
  rows(figures) {
    const ended = (outcome: string, limit: number) => ({
      name: outcome,
      cells: durations(figures, ownName('order.duration'), { outcome }, limit),
    });
    return [
      { name: 'placed', cells: { perSecond: figures.rate(ownName('orders.placed')) } },
      ended('confirmed', ORDER_SECONDS),
      // Customers and deadlines cancel whenever they do.
      ended('cancelled', Number.POSITIVE_INFINITY),
      { name: 'open', cells: { now: figures.greatest(ownName('orders.open')) } },
    ];
  },
};

const requests: Panel = {
  id: 'requests',
  title: 'Requests',
  columns: [...columns, { id: 'breaker', title: 'breaker', format: 'text' }],
  rows: (figures) => [
    {
      name: 'POST /v1/orders',
      cells: durations(figures, 'http.server.request.duration', placing, limits.postSeconds),
    },
    {
      name: 'payment provider',
      cells: {
        ...durations(figures, ownName('payment_provider.call.duration'), {}, Number.POSITIVE_INFINITY),
        breaker: breakerCell(figures),
      },
    },
  ],
};

const placing: Where = { 'http.request.method': 'POST', 'http.route': '/v1/orders' };

/** Each replica has a circuit breaker of its own: the worst is shown. */
function breakerCell(figures: Figures): Row['cells'][string] {
  const states = figures.all(ownName('payment_provider.breaker'));
  const [worst] = BREAKER.filter(([value]) => states.includes(value));
  return worst ? { value: worst[1], isBeyond: worst[1] !== 'closed' } : null;
}

/** The states by the values of the gauge, the worst first. */
const BREAKER: [value: number, state: string][] = [
  [1, 'open'],
  [2, 'half open'],
  [0, 'closed'],
];

export const panels: Panel[][] = [[orders], [requests], ...generalPanels];
