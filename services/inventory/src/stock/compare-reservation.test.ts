import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparedOrder } from '@repo/contracts/compared-order';
import { compareReservation } from './compare-reservation.ts';
import type { ComparedReservation } from './reconciliation-store.ts';

const order = (status: ComparedOrder['status']): ComparedOrder => {
  const isSettled = status === 'confirmed' || status === 'cancelled';
  return {
    ...{ id: 'o-1', customerId: 'c', status, totalCents: 1_950, currency: 'EUR' },
    ...{ isSettled, isRefunded: false, isParked: false },
  };
};
const reservation = (status: ComparedReservation['status']): ComparedReservation => {
  return { orderId: 'o-1', status, isRecent: false, isParked: false };
};

const AGREEING = [
  ['cancelled', 'released'],
  ['cancelled', 'rejected'],
  ['confirmed', 'sold'],
] as const;

for (const [ended, status] of AGREEING) {
  test(`a ${ended} order agrees with a reservation that is ${status}`, () => {
    assert.deepEqual(compareReservation(order(ended), reservation(status)), []);
  });
}

test('a comparison is not settled while an order is open, or its reservation has just changed', () => {
  const recent = { ...reservation('reserved'), isRecent: true };
  assert.equal(compareReservation(order('reserved'), reservation('reserved')), 'not settled');
  assert.equal(compareReservation(order('cancelled'), recent), 'not settled');
  assert.equal(compareReservation(undefined, recent), 'not settled');
});

const DIFFERING: [ended: 'cancelled' | 'confirmed', ComparedReservation | undefined, string, string?][] = [
  ['cancelled', reservation('reserved'), 'its reservation is reserved', 'release'],
  ['cancelled', undefined, 'there is no reservation', 'release'],
  ['confirmed', reservation('reserved'), 'its reservation is reserved', 'sell'],
  ['cancelled', reservation('sold'), 'its reservation is sold'],
  ['confirmed', reservation('released'), 'its reservation is released'],
  ['confirmed', undefined, 'there is no reservation'],
  [
    'cancelled',
    { ...reservation('reserved'), isParked: true },
    'its reservation is reserved. It has a dead letter: npm run dead-letters -- list --key o-1',
  ],
];

for (const [ended, found, state, heal] of DIFFERING) {
  test(`a ${ended} order differs where ${state}, ${heal ? `which a ${heal} heals` : 'for an operator'}`, () => {
    const [difference, ...others] = compareReservation(order(ended), found) as { heal?: string }[];
    assert.deepEqual(others, []);
    assert.equal(difference?.heal, heal);
    assert.partialDeepStrictEqual(difference, { sentence: `Order o-1 is ${ended}, and ${state}.` });
  });
}

test('a reservation without an order is reported, but not a tombstone', () => {
  assert.deepEqual(compareReservation(undefined, reservation('released')), []);
  assert.deepEqual(compareReservation(undefined, reservation('reserved')), [
    { orderId: 'o-1', sentence: 'There is no order o-1, and a reservation for it is reserved.' },
  ]);
});
