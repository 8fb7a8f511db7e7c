import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domain } from '@repo/monitoring/domain';
import { ownName } from '@repo/observability';
import { type Figures, figuresOf, type Row } from '@repo/stack';
import { ORDER_SECONDS, panels } from './top-panels.ts';

type Sample = Parameters<typeof figuresOf>[0];
type Figure = Sample['short'][number];

const duration = (name: string, buckets: number[], attributes: Record<string, string>): Figure => ({
  ...{ name, kind: 'histogram', bounds: [0.1, 0.3, 1, 5, 10] },
  attributes,
  buckets,
});
const breaker = (value: number, instance: string): Figure => ({
  ...{ name: ownName('payment_provider.breaker'), kind: 'gauge', value },
  attributes: { 'service.instance.id': instance },
});

function rowsOf(figures: Figure[]): Map<string, Row['cells']> {
  const read: Figures = figuresOf({ at: new Date(), short: figures, long: figures, processes: [] });
  return new Map(
    panels
      .slice(0, 2)
      .flatMap((band) => band.flatMap(({ rows }) => rows(read)))
      .map(({ name, cells }) => [name, cells]),
  );
}

test('orders are counted by their outcome, and their quantiles are compared with the objective', () => {
  const rows = rowsOf([
    duration(ownName('order.duration'), [0, 90, 0, 0, 10, 0], { outcome: 'confirmed', reason: 'none' }),
    duration(ownName('order.duration'), [0, 0, 0, 0, 3, 0], { outcome: 'cancelled', reason: 'customer' }),
    duration(ownName('order.duration'), [0, 0, 0, 0, 2, 0], { outcome: 'cancelled', reason: 'deadline' }),
  ]);
  assert.equal(rows.get('confirmed')?.perSecond, 10);
  assert.deepEqual(rows.get('confirmed')?.p99Seconds, { value: 9.5, isBeyond: true });
  assert.equal(rows.get('cancelled')?.perSecond, 0.5);
  assert.deepEqual(rows.get('cancelled')?.p99Seconds, { value: 9.95, isBeyond: false });
  assert.equal(rows.get('open')?.now, null);
});

test('an order is late after the time that the objective of the alerts and dashboards has', () => {
  const [inTime] = domain.objectives;
  assert.match(inTime?.bad('5m') ?? '', new RegExp(`le="${ORDER_SECONDS}"`));
});

test('a request is an order that is placed, of every version and status, and nothing else', () => {
  const placing = { 'http.request.method': 'POST', 'http.route': '/v1/orders' };
  const name = 'http.server.request.duration';
  const rows = rowsOf([
    duration(name, [50, 0, 0, 0, 0, 0], { ...placing, 'http.response.status_code': '201' }),
    duration(name, [50, 0, 0, 0, 0, 0], { ...placing, 'http.response.status_code': '422' }),
    duration(name, [0, 0, 0, 0, 99, 0], { ...placing, 'http.request.method': 'GET' }),
    duration(name, [0, 0, 0, 0, 99, 0], { ...placing, 'http.route': '/v1/orders/:id/cancel' }),
  ]);
  assert.equal(rows.get('POST /v1/orders')?.perSecond, 10);
  assert.equal(rows.get('POST /v1/orders')?.p50Seconds, 0.05);
});

for (const [what, states, shown] of [
  ['no replica reports', [], null],
  ['all are closed', [0, 0], { value: 'closed', isBeyond: false }],
  ['one is half open', [0, 2], { value: 'half open', isBeyond: true }],
  ['one is open', [0, 1, 2], { value: 'open', isBeyond: true }],
] as const) {
  test(`the circuit breaker of the payment provider is shown when ${what}`, () => {
    const rows = rowsOf(states.map((state, index) => breaker(state, `payment-${index}`)));
    assert.deepEqual(rows.get('payment provider')?.breaker, shown);
  });
}
