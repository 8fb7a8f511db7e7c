import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Story } from './journal.ts';
import { faultsOfRun, type RunEvidence } from './run-faults.ts';

const plan = {
  customer: 0,
  lines: [{ sku: 'A', quantity: 2 }],
  paymentToken: 'tok_ok',
  outcome: 'confirmed',
  totalCents: 1_998,
} as const;
const story = (orderId: string, more: Partial<Story> = {}): Story => ({
  ...{ key: `key-${orderId}`, plan: { ...plan, lines: [...plan.lines] }, sentAt: 1, refusals: 0 },
  ...{ status: 201, orderId, ...more },
});
const cancelled: Story = story('b', { cancel: { key: 'c', status: 200 } });

/** One order was confirmed; one cancelled while it was being charged; one refused. */
const sound = (): RunEvidence => ({
  stories: [story('a'), cancelled, { key: 'r', plan: cancelled.plan, sentAt: 1, refusals: 3, status: 503 }],
  ends: new Map([
    ['a', [{ eventId: '1', outcome: 'confirmed' }]],
    ['b', [{ eventId: '2', outcome: 'customer' }]],
  ]),
  orders: [
    { id: 'a', status: 'confirmed', reason: null, totalCents: 1_998 },
    { id: 'b', status: 'cancelled', reason: 'customer', totalCents: 1_998 },
  ],
  stock: [{ sku: 'A', available: 8, reserved: 0, sold: 2, restocked: 10 }],
  ledger: [
    { kind: 'capture', reference: 'a', amountCents: 1_998 },
    { kind: 'capture', reference: 'b', amountCents: 1_998 },
    { kind: 'refund', reference: 'b', amountCents: 1_998 },
  ],
  unpublished: { order: 0 },
  lag: { order: 0 },
});

test('confirmed orders, orders cancelled in time and refused orders are no fault', () => {
  assert.deepEqual(faultsOfRun(sound()), []);
});

const [confirmedOrder, cancelledOrder] = sound().orders as [
  RunEvidence['orders'][number],
  RunEvidence['orders'][number],
];
const ends = (id: string, ...observed: { eventId: string; outcome: string }[]) =>
  new Map([...sound().ends, [id, observed]]);
const unanswered: Story = { key: 'u', plan: cancelled.plan, sentAt: 1, refusals: 0 };

const faults: [string, Partial<RunEvidence>, RegExp][] = [
  ['an order was never answered', { stories: [...sound().stories, unanswered] }, /key u was never answered/],
  [
    'an order was answered 500',
    { stories: [...sound().stories, { ...unanswered, status: 500 }] },
    /answered 500/,
  ],
  ['a cancelled order is lost', { orders: [confirmedOrder] }, /b was cancelled, and is stored as undefined/],
  [
    'a cancelled order was confirmed',
    { orders: [confirmedOrder, { ...cancelledOrder, status: 'confirmed', reason: null }] },
    /stored as confirmed/,
  ],
  [
    'a cancelled order was not refunded',
    { ledger: sound().ledger.slice(0, 2) },
    /1998 cents were not refunded/,
  ],
  ['a cancellation was never published', { ends: ends('b') }, /was published 0 times/],
  [
    'a cancellation was published twice',
    { ends: ends('b', { eventId: '2', outcome: 'customer' }, { eventId: '3', outcome: 'customer' }) },
    /was published 2 times/,
  ],
  [
    'a cancelled order kept its stock',
    { stock: [{ sku: 'A', available: 6, reserved: 2, sold: 2, restocked: 10 }] },
    /2 reserved/,
  ],
  ['a confirmed order is lost', { orders: [cancelledOrder] }, /a is lost/],
  [
    'an order exists that its customer does not know',
    { orders: [...sound().orders, { ...confirmedOrder, id: 'x' }] },
    /x was never placed/,
  ],
];

for (const [what, change, complaint] of faults) {
  test(`a run is not valid when ${what}`, () => {
    const found = faultsOfRun({ ...sound(), ...change });
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] as string, complaint);
  });
}
