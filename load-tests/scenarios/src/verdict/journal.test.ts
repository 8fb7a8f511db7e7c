import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedOrder } from '../../../src/generator/mix.ts';
import { type Entry, expectedEnd, lineOf, storiesIn } from './journal.ts';

const plan: PlannedOrder = {
  customer: 0,
  lines: [{ sku: 'A', quantity: 1 }],
  paymentToken: 'tok_ok',
  outcome: 'confirmed',
  totalCents: 999,
};
const sent = (at: number): Entry => ({ is: 'sent', key: 'k', at, plan });
const answered = (at: number, status: number, orderId?: string): Entry => ({
  is: 'answered',
  key: 'k',
  at,
  status,
  orderId,
});
const storyOf = (...entries: Entry[]) => storiesIn(entries.map(lineOf).join(''))[0];

test('an order that is resent after a refusal is one order, timed from the first request', () => {
  const story = storyOf(sent(1), answered(2, 503), sent(3), answered(4, 201, 'id'), {
    is: 'ended',
    key: 'k',
    at: 5,
    outcome: 'confirmed',
  });
  const times = { sentAt: 1, answeredAt: 4, endedAt: 5 };
  assert.deepEqual(story, {
    key: 'k',
    plan,
    refusals: 1,
    status: 201,
    orderId: 'id',
    outcome: 'confirmed',
    ...times,
  });
});

test('the status of an order is unknown while the last request has no answer', () => {
  assert.equal(storyOf(sent(1), answered(2, 503), sent(3))?.status, undefined);
});

test('an order ends as planned if its customer cancelled it too late, or has no answer', () => {
  const cancelling: Entry = { is: 'cancelling', key: 'k', cancelKey: 'c' };
  const cancelled = (status: number): Entry => ({ is: 'cancel answered', key: 'k', status });
  const endOf = (...entries: Entry[]) => {
    const story = storyOf(sent(1), answered(2, 201, 'id'), cancelling, ...entries);
    return story && expectedEnd(story);
  };
  assert.equal(endOf(), 'confirmed');
  assert.equal(endOf(cancelled(409)), 'confirmed');
  assert.equal(endOf(cancelled(200)), 'customer');
});

test('an incomplete last line is ignored', () => {
  const journal = lineOf(sent(1)) + lineOf(answered(2, 201, 'id')).slice(0, 20);
  assert.deepEqual(storiesIn(journal), [{ key: 'k', plan, sentAt: 1, refusals: 0 }]);
});
