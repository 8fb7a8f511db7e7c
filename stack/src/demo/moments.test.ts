import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedRecord } from '@tenfold/events';
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

test('an amount is told in the units of its currency', () => {
  const told = (data: object) => {
    const record: Partial<ReceivedRecord> = {
      timestamp: new Date(0),
      headers: { ce_type: 'order.placed' },
      value: JSON.stringify(data),
    };
    return hearing(record as ReceivedRecord).inWords;
  };

  assert.equal(told({ totalCents: 1_999_900, currency: 'HUF' }), 'takes the order, 19999.00 HUF');
  assert.equal(told({ totalCents: 1_234, currency: 'JPY' }), 'takes the order, 1234 JPY');
  assert.equal(told({ totalCents: 1_234, currency: 'ABC' }), 'takes the order, 1234 minor units of ABC');
});
