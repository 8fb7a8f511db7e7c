import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparedOrder } from '@repo/contracts/compared-order';
import { comparePayment } from './compare-payment.ts';
import { type Payment, refund, request, settle } from './payment.ts';
import type { Movement } from './payment-provider.ts';
import type { ComparedPayment } from './reconciliation-store.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const compared = (payment: Payment): ComparedPayment => {
  return { ...payment, eventId: 'e-1', isRecent: false, isParked: false };
};
const cancelled = (payment: ComparedPayment): ComparedPayment => ({ ...payment, cancelledAt: AT });
const asked = { orderId: 'o-1', customerId: 'c', totalCents: 1_950, currency: 'EUR', paymentToken: 'tok_ok' };
const pending = compared({ ...request({ ...asked, deadlineAt: AT }, 'p'), createdAt: AT });
const declined = cancelled(compared(settle(pending, { status: 'declined' }, AT)));
const captured = compared(settle(pending, { status: 'captured', captureId: 'c-1' }, AT));
const refunded = compared(refund(cancelled(captured), AT));
const nothing: ComparedPayment = { ...declined, amountCents: 0, currency: 'XXX' };

const confirmedOrder: ComparedOrder = {
  id: 'o-1',
  customerId: 'c',
  status: 'confirmed',
  totalCents: 1_950,
  currency: 'EUR',
  isSettled: true,
  isRefunded: false,
  isParked: false,
};
const cancelledOrder: ComparedOrder = { ...confirmedOrder, status: 'cancelled' };
const refundedOrder: ComparedOrder = { ...cancelledOrder, isRefunded: true };
const openOrder: ComparedOrder = { ...confirmedOrder, status: 'reserved', isSettled: false };

const capture: Movement = {
  id: 'c-1',
  kind: 'capture',
  reference: 'o-1',
  amountCents: 1_950,
  currency: 'EUR',
};
const back: Movement = { ...capture, id: 'r-1', kind: 'refund' };

type Case = [order: ComparedOrder | undefined, payment: ComparedPayment | undefined, ledger: Movement[]];

function compare(...[order, payment, movements]: Case) {
  return comparePayment({ order, payment, movements });
}

function sentences(...given: Case): string[] {
  const result = compare(...given);
  return result === 'not settled' ? [result] : result.map(({ sentence }) => sentence);
}

const AGREEING: [string, ...Case][] = [
  ['a payment was captured, here and there', confirmedOrder, captured, [capture]],
  ['a payment was declined and nothing was captured', cancelledOrder, declined, []],
  ['a payment was refunded, here and there', refundedOrder, refunded, [back, capture]],
  ['an order was cancelled before its payment was asked for', cancelledOrder, nothing, []],
  ['only the tombstone of a cancellation is there', undefined, nothing, []],
];

for (const [situation, ...given] of AGREEING) {
  test(`payment and ledger agree when ${situation}`, () => {
    assert.deepEqual(compare(...given), []);
  });
}

const UNSETTLED: [string, ...Case][] = [
  ['an order is open', openOrder, undefined, []],
  ['an open order is being paid for', openOrder, pending, [capture]],
  ['an open order was paid for just now', openOrder, { ...captured, isRecent: true }, [capture]],
  ['an order has ended just now', { ...cancelledOrder, isSettled: false }, captured, [capture]],
  ['a payment has changed just now', cancelledOrder, { ...refunded, isRecent: true }, [capture]],
  ['a payment without an order is recent', undefined, { ...pending, isRecent: true }, []],
  ['a refund is under way', cancelledOrder, cancelled(captured), [capture]],
];

for (const [situation, ...given] of UNSETTLED) {
  test(`a comparison is not settled while ${situation}`, () => {
    assert.equal(compare(...given), 'not settled');
  });
}

const DIFFERING: [string, ...Case, sentence: string][] = [
  [
    'money without a payment',
    undefined,
    undefined,
    [capture, back],
    "The provider's ledger has money for order o-1, and there is no payment.",
  ],
  [
    'a customer who was charged twice',
    confirmedOrder,
    captured,
    [capture, { ...capture, id: 'c-2' }],
    'The payment of order o-1 was charged 2 times.',
  ],
  [
    'a capture that the ledger does not have',
    confirmedOrder,
    captured,
    [],
    'The payment of order o-1 is captured here, and the provider has captured nothing.',
  ],
  [
    'a capture that is not recorded yet',
    cancelledOrder,
    cancelled(pending),
    [capture],
    'The payment of order o-1 is pending here, and the provider has captured 19.50 EUR.',
  ],
  [
    'money captured for a payment that is declined here',
    cancelledOrder,
    declined,
    [capture],
    'The payment of order o-1 is declined here, and the provider has captured 19.50 EUR.',
  ],
  [
    'money captured for an order that was cancelled before',
    cancelledOrder,
    nothing,
    [{ ...capture, currency: 'XXX' }],
    'The payment of order o-1 is declined here, and the provider has captured 1950 minor units of XXX.',
  ],
  [
    'another amount',
    confirmedOrder,
    captured,
    [{ ...capture, amountCents: 1_949 }],
    'The payment of order o-1 is over 19.50 EUR here, and the provider has captured 19.49 EUR.',
  ],
  [
    'another amount of a currency that has no decimals',
    { ...confirmedOrder, currency: 'JPY' },
    { ...captured, currency: 'JPY' },
    [{ ...capture, currency: 'JPY', amountCents: 1_949 }],
    'The payment of order o-1 is over 1950 JPY here, and the provider has captured 1949 JPY.',
  ],
  [
    'a refund that the ledger does not have',
    refundedOrder,
    refunded,
    [capture],
    'The payment of order o-1 has 19.50 EUR refunded here, and 0.00 EUR at the provider.',
  ],
  [
    'a refund that is not recorded here',
    confirmedOrder,
    captured,
    [capture, back],
    'The payment of order o-1 has 0.00 EUR refunded here, and 19.50 EUR at the provider.',
  ],
  [
    'a refund in parts',
    refundedOrder,
    refunded,
    [capture, { ...back, amountCents: 950 }],
    'The payment of order o-1 has 19.50 EUR refunded here, and 9.50 EUR at the provider.',
  ],
  [
    'another currency',
    confirmedOrder,
    captured,
    [{ ...capture, currency: 'USD' }],
    'The payment of order o-1 is in EUR here, and in USD at the provider.',
  ],
  [
    'a confirmed order that was never paid for',
    confirmedOrder,
    undefined,
    [],
    'Order o-1 over 19.50 EUR is confirmed, and there is no payment.',
  ],
  [
    'a confirmed order whose payment is still pending',
    confirmedOrder,
    pending,
    [],
    'Order o-1 over 19.50 EUR is confirmed, and its payment is pending.',
  ],
  [
    'a confirmed order that is cancelled in payment',
    confirmedOrder,
    cancelled(captured),
    [capture],
    'Order o-1 over 19.50 EUR is confirmed, and payment has recorded a cancellation.',
  ],
  [
    'an order over another amount than its payment',
    { ...confirmedOrder, totalCents: 1_951 },
    captured,
    [capture],
    'Order o-1 over 19.51 EUR is confirmed, and its payment is over 19.50 EUR.',
  ],
  [
    'a payment of no order',
    undefined,
    captured,
    [capture],
    'There is no order o-1, and a payment over 19.50 EUR for it is captured.',
  ],
  [
    'a lost event whose id is not stored',
    openOrder,
    { ...captured, eventId: null },
    [capture],
    'Order o-1 waits for its payment, which has captured 19.50 EUR.',
  ],
  [
    'a cancellation that is a dead letter of payment',
    cancelledOrder,
    { ...captured, isParked: true },
    [capture],
    'Order o-1 is cancelled, and payment has no record of it: 19.50 EUR is captured. It has a dead letter: npm run dead-letters -- list --key o-1.',
  ],
  [
    'a refund that is a dead letter of order',
    { ...cancelledOrder, isParked: true },
    refunded,
    [back, capture],
    'Order o-1 is cancelled, and order has no record that 19.50 EUR was refunded. It has a dead letter: npm run dead-letters -- list --key o-1.',
  ],
];

for (const [difference, ...[order, payment, ledger, sentence]] of DIFFERING) {
  test(`a difference needs an operator: ${difference}`, () => {
    assert.deepEqual(compare(order, payment, ledger), [{ orderId: 'o-1', sentence }]);
  });
}

const HEALABLE: [string, ...Case, sentence: string, healing: string][] = [
  [
    'payment has captured and not consumed the cancellation',
    cancelledOrder,
    captured,
    [capture],
    'Order o-1 is cancelled, and payment has no record of it: 19.50 EUR is captured.',
    'payment records it and refunds 19.50 EUR',
  ],
  [
    'payment may still capture and has not consumed the cancellation',
    cancelledOrder,
    pending,
    [],
    'Order o-1 is cancelled, and payment has no record of it: 19.50 EUR is pending.',
    'payment records it',
  ],
  [
    'payment has consumed neither the order nor its cancellation',
    cancelledOrder,
    undefined,
    [],
    'Order o-1 is cancelled, and payment has no record of it: there is no payment.',
    'payment records it',
  ],
  [
    'order has not consumed the refund',
    cancelledOrder,
    refunded,
    [back, capture],
    'Order o-1 is cancelled, and order has no record that 19.50 EUR was refunded.',
    'payment.refunded is published again',
  ],
  [
    'order has not consumed the capture',
    openOrder,
    captured,
    [capture],
    'Order o-1 waits for its payment, which has captured 19.50 EUR.',
    'payment.captured is published again',
  ],
];

for (const [difference, ...[order, payment, ledger, sentence, healing]] of HEALABLE) {
  test(`a difference can be healed: ${difference}`, () => {
    const [found, ...others] = compare(order, payment, ledger) as Exclude<
      ReturnType<typeof compare>,
      'not settled'
    >;
    assert.deepEqual([found?.sentence, found?.healing, others], [sentence, healing, []]);
  });
}

test('every difference is reported', () => {
  assert.deepEqual(sentences(confirmedOrder, captured, [{ ...capture, amountCents: 1, currency: 'USD' }]), [
    'The payment of order o-1 is over 19.50 EUR here, and the provider has captured 0.01 USD.',
    'The payment of order o-1 is in EUR here, and in USD at the provider.',
  ]);
});
