import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedRecord } from '@repo/events';
import { eventEntry, isComplete } from './timeline-entries.ts';

const RESERVED = ['order.placed', 'stock.reserved', 'order.reserved'];

/** The events of an order so far, how many e-mails have come, and whether its timeline is complete. */
const STORIES: [string, string[], number, boolean][] = [
  ['has not ended', RESERVED, 0, false],
  ['is confirmed', [...RESERVED, 'payment.captured', 'order.confirmed'], 1, true],
  ['is confirmed, before its e-mail', [...RESERVED, 'payment.captured', 'order.confirmed'], 0, false],
  ['is out of stock', ['order.placed', 'stock.rejected', 'order.cancelled'], 1, true],
  ['is declined', [...RESERVED, 'payment.declined', 'order.cancelled'], 1, true],
  ['is cancelled while its payment is open', [...RESERVED, 'order.cancelled'], 1, false],
  ['is cancelled before its payment', [...RESERVED, 'order.cancelled', 'payment.declined'], 1, true],
  [
    'is cancelled, and its payment is captured',
    [...RESERVED, 'order.cancelled', 'payment.captured'],
    1,
    false,
  ],
  [
    'is cancelled, and its payment is refunded',
    [...RESERVED, 'order.cancelled', 'payment.captured', 'payment.refunded', 'order.refunded'],
    1,
    false,
  ],
  [
    'is cancelled, its payment is refunded, and both e-mails have come',
    [...RESERVED, 'order.cancelled', 'payment.captured', 'payment.refunded', 'order.refunded'],
    2,
    true,
  ],
];

for (const [what, seen, emails, expected] of STORIES) {
  test(`the timeline of an order that ${what} is ${expected ? 'complete' : 'not complete'}`, () => {
    assert.equal(isComplete(new Set(seen), emails), expected);
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

test('an amount is shown in the units of its currency', () => {
  const describe = (totalCents: number, currency: string) =>
    eventEntry(
      recordOf(JSON.stringify({ ...placed, totalCents, currency }), { headers: { ce_type: 'order.placed' } }),
    )?.description;

  assert.equal(describe(1_999_900, 'HUF'), 'accepts the order, 19999.00 HUF');
  assert.equal(describe(1_234, 'JPY'), 'accepts the order, 1234 JPY');
  assert.equal(describe(1_234, 'ABC'), 'accepts the order, 1234 minor units of ABC');
});

test('an event that fits its contract is an entry of its order', () => {
  const { at, service, name, ending } = eventEntry(recordOf(JSON.stringify(confirmed))) ?? {};
  assert.deepEqual([at, service, name, ending?.status], [1_000, 'order', 'order.confirmed', 'confirmed']);
});

test('a record that is no event of the contracts is no entry', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  for (const text of ['null', '7', '[]', '{}', 'no JSON', '', deep, JSON.stringify({ orderId: ORDER })])
    assert.equal(eventEntry(recordOf(text)), null, text.slice(0, 40));
  const valid = JSON.stringify(confirmed);
  for (const ce_type of ['constructor', 'toString', 'order.eaten', ''])
    assert.equal(eventEntry(recordOf(valid, { headers: { ce_type } })), null, ce_type);
  assert.equal(eventEntry(recordOf(valid, { headers: {} })), null);
  assert.equal(eventEntry(recordOf(valid, { topic: 'payment.events' })), null);
});

test('an event without a time, or with a time in the future, happened when it was received', () => {
  const timeOf = (timestamp: Date) =>
    eventEntry(recordOf(JSON.stringify(confirmed), { timestamp }), 5_000)?.at;
  assert.deepEqual([new Date(Number.NaN), new Date(9e12)].map(timeOf), [5_000, 5_000]);
});

test('where no e-mail is sent, none is waited for', () => {
  assert.ok(isComplete(new Set([...RESERVED, 'payment.captured', 'order.confirmed']), undefined));
});
