import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, PlannedOrder } from '../generator/mix.ts';
import { type Evidence, faultsOf } from './validity.ts';

const planned = (outcome: Outcome): PlannedOrder => ({
  customer: 0,
  lines: [{ sku: 'HOT', quantity: 2 }],
  paymentToken: 'tok_ok',
  outcome,
  totalCents: 1_998,
});

/** A valid run of two orders: one was confirmed, the other declined. */
const sound = (): Evidence => ({
  accepted: new Map([
    ['a', planned('confirmed')],
    ['b', planned('payment-declined')],
  ]),
  complaints: [],
  ends: new Map([
    ['a', [{ eventId: '1', outcome: 'confirmed' }]],
    ['b', [{ eventId: '2', outcome: 'payment-declined' }]],
  ]),
  orders: [
    { id: 'a', status: 'confirmed', reason: null, totalCents: 1_998 },
    { id: 'b', status: 'cancelled', reason: 'payment-declined', totalCents: 1_998 },
  ],
  stock: [{ sku: 'HOT', available: 8, reserved: 0, sold: 2, restocked: 10 }],
  unpublished: { order: 0 },
  lag: { order: 0 },
  ledger: [{ kind: 'capture', reference: 'a', amountCents: 1_998 }],
  openLoops: [{ offered: 100, achieved: 99.5 }],
});

test('a run in which all evidence agrees is valid', () => {
  assert.deepEqual(faultsOf(sound()), []);
});

test('a duplicate of an event is not a second end', () => {
  const end = { eventId: '1', outcome: 'confirmed' };
  assert.deepEqual(faultsOf({ ...sound(), ends: new Map([...sound().ends, ['a', [end, end]]]) }), []);
});

const [capture] = sound().ledger as [Evidence['ledger'][number]];
const [stock] = sound().stock as [Evidence['stock'][number]];
const [order, ...others] = sound().orders as [Evidence['orders'][number]];
const endsOfA = (...ends: { eventId: string; outcome: string }[]) => new Map([...sound().ends, ['a', ends]]);

const faults: [string, Partial<Evidence>, RegExp][] = [
  ['an order was refused', { complaints: ['503'] }, /503/],
  ['an accepted order never ended', { ends: endsOfA() }, /never ended/],
  [
    'an order ended twice',
    { ends: endsOfA({ eventId: '1', outcome: 'confirmed' }, { eventId: '3', outcome: 'confirmed' }) },
    /more than once/,
  ],
  ['an order ended otherwise', { ends: endsOfA({ eventId: '1', outcome: 'deadline' }) }, /as deadline/],
  ['an accepted order is not stored', { orders: others }, /a is lost/],
  [
    'an order is stored that was never placed',
    { orders: [order, ...others, { ...order, id: 'c' }] },
    /c was never placed/,
  ],
  [
    'an order is stored in another state',
    { orders: [{ ...order, status: 'reserved' }, ...others] },
    /reserved/,
  ],
  [
    'an order is stored with another total',
    { orders: [{ ...order, totalCents: 1 }, ...others] },
    /wrong total/,
  ],
  ['a product is oversold', { stock: [{ ...stock, available: -1 }] }, /oversold/],
  ['a reservation was left', { stock: [{ ...stock, available: 7, reserved: 1 }] }, /1 reserved/],
  ['more was sold than confirmed', { stock: [{ ...stock, available: 7, sold: 3 }] }, /sold 3 instead of 2/],
  ['stock has vanished', { stock: [{ ...stock, available: 7 }] }, /had 10, and 9/],
  ['an order was charged twice', { ledger: [capture, capture] }, /charged too often/],
  ['a declined order was charged', { ledger: [capture, { ...capture, reference: 'b' }] }, /b was charged/],
  ['an order was charged less', { ledger: [{ ...capture, amountCents: 1 }] }, /wrong amount/],
  ['a confirmed order was not charged', { ledger: [] }, /never charged/],
  ['money was refunded', { ledger: [capture, { ...capture, kind: 'refund' }] }, /refunded/],
  ['an outbox is not empty', { unpublished: { payment: 3 } }, /outbox of payment holds 3/],
  ['a consumer is behind', { lag: { inventory: 2 } }, /inventory is 2 records behind/],
  [
    'fewer orders ended than were offered',
    { openLoops: [{ offered: 100, achieved: 98 }] },
    /only 98.0 ended/,
  ],
];

for (const [what, change, complaint] of faults) {
  test(`a run is not valid when ${what}`, () => {
    const found = faultsOf({ ...sound(), ...change });
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] as string, complaint);
  });
}
