import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedRecord } from '@repo/events';
import { hearing, isOver } from './moments.ts';

const RESERVED = ['order.placed', 'stock.reserved', 'order.reserved'];

/** What has been heard of an order, how many e-mails have come, and whether nothing more is to come. */
const STORIES: [string, string[], number, boolean][] = [
  ['has not ended', RESERVED, 0, false],
  ['is confirmed', [...RESERVED, 'payment.captured', 'order.confirmed'], 1, true],
  ['is confirmed, before its e-mail', [...RESERVED, 'payment.captured', 'order.confirmed'], 0, false],
  ['finds no stock', ['order.placed', 'stock.rejected', 'order.cancelled'], 1, true],
  ['is declined', [...RESERVED, 'payment.declined', 'order.cancelled'], 1, true],
  ['is cancelled while its payment is open', [...RESERVED, 'order.cancelled'], 1, false],
  ['is cancelled before it was paid for', [...RESERVED, 'order.cancelled', 'payment.declined'], 1, true],
  ['is cancelled, and its money is taken', [...RESERVED, 'order.cancelled', 'payment.captured'], 1, false],
  [
    'is cancelled, and its money comes back',
    [...RESERVED, 'order.cancelled', 'payment.captured', 'payment.refunded', 'order.refunded'],
    1,
    false,
  ],
  [
    'is cancelled, its money comes back, and its customer knows',
    [...RESERVED, 'order.cancelled', 'payment.captured', 'payment.refunded', 'order.refunded'],
    2,
    true,
  ],
];

for (const [what, heard, mails, expected] of STORIES) {
  test(`the story of an order that ${what} is ${expected ? 'over' : 'not over'}`, () => {
    assert.equal(isOver(new Set(heard), mails), expected);
  });
}

const ORDER = '0198c5a0-0000-7000-8000-000000000001';
const confirmed = {
  ...{ orderId: ORDER, version: 3, customerId: ORDER, totalCents: 100, currency: 'EUR' },
  lines: [{ sku: 'MOUSE', quantity: 1 }],
};

function recordOf(value: string, more: Partial<ReceivedRecord> = {}): ReceivedRecord {
  const headers = { ce_type: 'order.confirmed', ce_source: '/order' };
  return {
    ...{ topic: 'order.events', partition: 0, offset: 0n, timestamp: new Date(1_000), key: ORDER },
    ...{ headers, allHeaders: headers, value, raw: { key: null, value: Buffer.from(value) } },
    ...more,
  };
}

const placed = { ...confirmed, version: 1, deadlineAt: '2026-01-01T00:00:00.000Z' };

test('an amount is told in the units of its currency', () => {
  const told = (totalCents: number, currency: string) =>
    hearing(
      recordOf(JSON.stringify({ ...placed, totalCents, currency }), { headers: { ce_type: 'order.placed' } }),
    )?.inWords;

  assert.equal(told(1_999_900, 'HUF'), 'takes the order, 19999.00 HUF');
  assert.equal(told(1_234, 'JPY'), 'takes the order, 1234 JPY');
  assert.equal(told(1_234, 'ABC'), 'takes the order, 1234 minor units of ABC');
});

test('an event that keeps the contract is a moment of its order', () => {
  const { at, service, what, ending } = hearing(recordOf(JSON.stringify(confirmed))) ?? {};
  assert.deepEqual([at, service, what, ending?.status], [1_000, 'order', 'order.confirmed', 'confirmed']);
});

test('a record that is no event of the contracts is no moment', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  for (const text of ['null', '7', '[]', '{}', 'no JSON', '', deep, JSON.stringify({ orderId: ORDER })])
    assert.equal(hearing(recordOf(text)), null, text.slice(0, 40));
  const said = JSON.stringify(confirmed);
  for (const ce_type of ['constructor', 'toString', 'order.eaten', ''])
    assert.equal(hearing(recordOf(said, { headers: { ce_type } })), null, ce_type);
  assert.equal(hearing(recordOf(said, { headers: {} })), null);
  assert.equal(hearing(recordOf(said, { topic: 'payment.events' })), null);
});

test('an event whose time is none, or yet to come, happened when it was received', () => {
  const timeOf = (timestamp: Date) => hearing(recordOf(JSON.stringify(confirmed), { timestamp }), 5_000)?.at;
  assert.deepEqual([new Date(Number.NaN), new Date(9e12)].map(timeOf), [5_000, 5_000]);
});
