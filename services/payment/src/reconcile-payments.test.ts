import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Payment, refund, request, settle, tombstone } from './payment.ts';
import type { Movement } from './payment-provider.ts';
import { differences } from './reconcile-payments.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const pending = request(
  {
    orderId: 'o-1',
    customerId: 'c',
    totalCents: 1_950,
    currency: 'EUR',
    paymentToken: 'tok_ok',
    deadlineAt: AT,
  },
  { id: 'p', at: AT },
);
const declined = settle(pending, { status: 'declined' }, AT);
const captured = settle(pending, { status: 'captured', captureId: 'c-1' }, AT);
const refunded = refund({ ...captured, cancelledAt: AT }, AT);
const nothing = tombstone({ orderId: 'o-1', customerId: 'c' }, { id: 'p', at: AT });

const capture: Movement = {
  id: 'c-1',
  kind: 'capture',
  reference: 'o-1',
  amountCents: 1_950,
  currency: 'EUR',
};
const back: Movement = { ...capture, id: 'r-1', kind: 'refund' };

const AGREEING: [string, Payment[], Movement[]][] = [
  ['there is nothing', [], []],
  ['a payment is pending and nothing was captured', [pending], []],
  ['a payment was declined and nothing was captured', [declined], []],
  ['a payment was captured, here and there', [captured], [capture]],
  ['a payment was paid back, here and there', [refunded], [back, capture]],
  ['an order was cancelled before its payment was asked for', [nothing], []],
];

for (const [situation, payments, ledger] of AGREEING) {
  test(`the books agree when ${situation}`, () => {
    assert.deepEqual(differences(payments, ledger), []);
  });
}

const DIFFERING: [string, Payment[], Movement[], string][] = [
  [
    'money nobody here knows of',
    [],
    [capture, back],
    'The provider has booked money for order o-1, and we know no payment.',
  ],
  [
    'a customer who was charged twice',
    [captured],
    [capture, { ...capture, id: 'c-2' }],
    'The payment of order o-1 was charged 2 times.',
  ],
  [
    'a capture that the provider knows nothing of',
    [captured],
    [],
    'The payment of order o-1 is captured here, and the provider has captured nothing.',
  ],
  [
    'a capture that is not recorded yet',
    [pending],
    [capture],
    'The payment of order o-1 is pending here, and the provider has captured 19.50 EUR.',
  ],
  [
    'money captured for a payment that is declined here',
    [declined],
    [capture],
    'The payment of order o-1 is declined here, and the provider has captured 19.50 EUR.',
  ],
  [
    'money captured for an order that was cancelled before',
    [nothing],
    [{ ...capture, currency: 'XXX' }],
    'The payment of order o-1 is declined here, and the provider has captured 1950 minor units of XXX.',
  ],
  [
    'another amount',
    [captured],
    [{ ...capture, amountCents: 1_949 }],
    'The payment of order o-1 is over 19.50 EUR here, and the provider has captured 19.49 EUR.',
  ],
  [
    'another amount of a currency that has no decimals',
    [{ ...captured, currency: 'JPY' }],
    [{ ...capture, currency: 'JPY', amountCents: 1_949 }],
    'The payment of order o-1 is over 1950 JPY here, and the provider has captured 1949 JPY.',
  ],
  [
    'a refund that the provider knows nothing of',
    [refunded],
    [capture],
    'The payment of order o-1 has 19.50 EUR paid back here, and 0.00 EUR at the provider.',
  ],
  [
    'a refund that is not recorded here',
    [captured],
    [capture, back],
    'The payment of order o-1 has 0.00 EUR paid back here, and 19.50 EUR at the provider.',
  ],
  [
    'a refund in parts',
    [refunded],
    [capture, { ...back, amountCents: 950 }],
    'The payment of order o-1 has 19.50 EUR paid back here, and 9.50 EUR at the provider.',
  ],
  [
    'another currency',
    [captured],
    [{ ...capture, currency: 'USD' }],
    'The payment of order o-1 is in EUR here, and in USD at the provider.',
  ],
];

for (const [difference, payments, ledger, sentence] of DIFFERING) {
  test(`a difference is named: ${difference}`, () => {
    assert.deepEqual(differences(payments, ledger), [sentence]);
  });
}

test('every difference is named, and each payment is compared with its own money alone', () => {
  const other = { ...captured, id: 'p-2', orderId: 'o-2' };
  const odd = { ...capture, amountCents: 1, currency: 'USD' };

  assert.deepEqual(differences([captured, other], [odd, { ...capture, reference: 'o-2' }]), [
    'The payment of order o-1 is over 19.50 EUR here, and the provider has captured 0.01 USD.',
    'The payment of order o-1 is in EUR here, and in USD at the provider.',
  ]);
});
