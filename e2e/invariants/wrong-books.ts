import { only, remove, type Wrong } from './wrong.ts';

/** Histories in which money or goods are not where they belong. */
export const WRONG_DATABASES: Wrong[] = [
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
    /cancelled-1 .* 1000 and paid back 0/,
  ],
  [
    '4',
    'a second refund',
    ({ ledger }) => ledger.push(only(ledger, { kind: 'refund' })),
    /cancelled-1 .* paid back 2000/,
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
    'a confirmed order that is paid back',
    ({ ledger }) => ledger.push({ ...only(ledger, { kind: 'refund' }), reference: 'confirmed-1' }),
    /confirmed-1 is confirmed and was paid back/,
  ],
  [
    '4',
    'a charge for nothing',
    ({ ledger }) => ledger.push({ ...only(ledger, { kind: 'capture' }), reference: 'nothing' }),
    /capture for order nothing/,
  ],
  ['5', 'money that is too much', ({ ledger }) => ledger.splice(2, 1), /2000 in EUR.* 1000/],
  [
    '5',
    'money in another currency',
    ({ ledger }) => Object.assign(ledger[0] ?? {}, { currency: 'USD' }),
    /1000 in USD/,
  ],
  [
    '6',
    'an oversold sku',
    ({ stock }) => Object.assign(stock[0] ?? {}, { available: -1 }),
    /LAMP is oversold/,
  ],
  [
    '6',
    'goods that vanish',
    ({ stock }) => Object.assign(stock[0] ?? {}, { available: 2 }),
    /LAMP had 5, and 4/,
  ],
  [
    '6',
    'goods that are sold to nobody',
    ({ stock }) => Object.assign(stock[0] ?? {}, { sold: 3 }),
    /LAMP has sold 3/,
  ],
  [
    '6',
    'a restock that counted twice',
    ({ stock }) => Object.assign(stock[0] ?? {}, { restocked: 7 }),
    /LAMP had 7 in all/,
  ],
  [
    '6',
    'a restock that was lost',
    ({ calls }) => calls.push({ ...only(calls, { who: 'staff' }), key: 'more' }),
    /5 in all.*8/,
  ],
  [
    '6',
    'a reservation that outlives its order',
    ({ reservations, stock }) => {
      Object.assign(only(reservations, { orderId: 'cancelled-1' }), { status: 'reserved' });
      Object.assign(stock[0] ?? {}, { available: 1, reserved: 2 });
    },
    /cancelled-1 is cancelled, and its reservation is reserved/,
  ],
  [
    '6',
    'goods that are reserved for nobody',
    ({ stock }) => Object.assign(stock[0] ?? {}, { available: 1, reserved: 2 }),
    /LAMP has 2 reserved/,
  ],
  [
    '6',
    'a confirmed order without goods',
    ({ reservations }) => remove(reservations, { orderId: 'confirmed-1' }),
    /confirmed-1 is confirmed, and has no goods/,
  ],
  [
    '6',
    'other goods than were ordered',
    ({ reservations }) => only(reservations, { orderId: 'confirmed-1' }).lines.pop(),
    /confirmed-1 has other lines/,
  ],
];
