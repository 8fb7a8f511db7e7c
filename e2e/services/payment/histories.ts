import { eventOf, type Histories, only, remove, type WrongHistory } from '../../invariants/histories.ts';

const wrong: WrongHistory[] = [
  [
    '4',
    'a second capture',
    ({ ledger }) => ledger.push({ ...only(ledger, {}) }),
    /confirmed-1 was charged 2 times/,
  ],
  [
    '4',
    'a confirmed order that is free',
    ({ ledger }) => ledger.splice(0, 1),
    /confirmed-1 .* never charged/,
  ],
  [
    '4',
    'a refund that is missing',
    ({ ledger }) => ledger.splice(2, 1),
    /cancelled-1 .* 1000 and refunded 0/,
  ],
  [
    '4',
    'a second refund',
    ({ ledger }) => ledger.push(only(ledger, { kind: 'refund' })),
    /cancelled-1 .* refunded 2000/,
  ],
  [
    '4',
    'a wrong amount',
    ({ ledger }) => Object.assign(ledger[0] ?? {}, { amountCents: 1 }),
    /confirmed-1 was charged 1 /,
  ],
  [
    '4',
    'a wrong currency',
    ({ ledger }) => Object.assign(ledger[0] ?? {}, { currency: 'USD' }),
    /confirmed-1 .* currency/,
  ],
  [
    '4',
    'a confirmed order that is refunded',
    ({ ledger }) => ledger.push({ ...only(ledger, { kind: 'refund' }), reference: 'confirmed-1' }),
    /confirmed-1 is confirmed and was refunded/,
  ],
  [
    '4',
    'a charge without an order',
    ({ ledger }) => ledger.push({ ...only(ledger, { kind: 'capture' }), reference: 'nothing' }),
    /capture for order nothing/,
  ],
  ['5', 'too much money', ({ ledger }) => ledger.splice(2, 1), /2000 in EUR.* 1000/],
  [
    '5',
    'money in another currency',
    ({ ledger }) => Object.assign(ledger[0] ?? {}, { currency: 'USD' }),
    /1000 in USD/,
  ],
  [
    '7',
    'a refund that was not published',
    ({ events }) => remove(events, { type: 'payment.refunded' }),
    /payment.refunded was never published for order cancelled-1/,
  ],
  [
    '7',
    'a capture that was published and not stored',
    ({ payments }) => remove(payments, { orderId: 'confirmed-1' }),
    /payment.captured is published for order confirmed-1/,
  ],
  [
    '8',
    'a second payment',
    ({ payments }) => payments.push({ ...only(payments, {}), id: 'another' }),
    /2 payments .* conf/,
  ],
  [
    '8',
    'a payment with two outcomes',
    ({ events }) => events.push(eventOf('payment.declined', 'confirmed-1', 2)),
    /Both payment.captured and payment.declined .* confirmed-1/,
  ],
];

/** The payments of the orders in e2e/services/order/histories.ts. */
export const histories: Histories = {
  correct: () => ({
    payments: [
      { id: 'payment-1', orderId: 'confirmed-1', status: 'captured' },
      { id: 'payment-2', orderId: 'cancelled-1', status: 'refunded' },
    ],
    ledger: [
      { kind: 'capture', reference: 'confirmed-1', amountCents: 1_000, currency: 'EUR' },
      { kind: 'capture', reference: 'cancelled-1', amountCents: 1_000, currency: 'EUR' },
      { kind: 'refund', reference: 'cancelled-1', amountCents: 1_000, currency: 'EUR' },
    ],
    events: [
      eventOf('payment.captured', 'confirmed-1', 2),
      eventOf('payment.captured', 'cancelled-1', 2),
      eventOf('payment.refunded', 'cancelled-1', 3),
    ],
  }),
  wrong,
};
