import {
  callOf,
  eventOf,
  type Histories,
  only,
  remove,
  type WrongHistory,
} from '../../invariants/histories.ts';

const lines = [{ sku: 'LAMP', quantity: 2 }];

const wrong: WrongHistory[] = [
  [
    '6',
    'an oversold sku',
    ({ stock }) => Object.assign(stock[0] ?? {}, { available: -1 }),
    /LAMP is oversold/,
  ],
  [
    '6',
    'stock that vanishes',
    ({ stock }) => Object.assign(stock[0] ?? {}, { available: 2 }),
    /LAMP had 5, and 4/,
  ],
  [
    '6',
    'stock that is sold without an order',
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
    'stock that is reserved without an order',
    ({ stock }) => Object.assign(stock[0] ?? {}, { available: 1, reserved: 2 }),
    /LAMP has 2 reserved/,
  ],
  [
    '6',
    'a confirmed order without a reservation',
    ({ reservations }) => remove(reservations, { orderId: 'confirmed-1' }),
    /confirmed-1 is confirmed, and has no reservation/,
  ],
  [
    '6',
    'other lines than were ordered',
    ({ reservations }) => only(reservations, { orderId: 'confirmed-1' }).lines.pop(),
    /confirmed-1 has other lines/,
  ],
  [
    '7',
    'a reservation that was not published',
    ({ events }) => remove(events, { id: 'stock.rejected of rejected-1' }),
    /stock.rejected was never published for order rejected-1/,
  ],
  [
    '8',
    'stock that is reserved twice',
    ({ events }) => events.push({ ...eventOf('stock.reserved', 'confirmed-1', 1), id: 'another' }),
    /2 different stock.reserved of order confirmed-1/,
  ],
  [
    '8',
    'a second reservation',
    ({ reservations }) => reservations.push(only(reservations, {})),
    /2 reservations .* conf/,
  ],
  [
    '8',
    'a reservation with two outcomes',
    ({ events }) => events.push(eventOf('stock.rejected', 'confirmed-1', 1)),
    /Both stock.reserved and stock.rejected .* confirmed-1/,
  ],
];

/** The stock and the reservations of the orders in e2e/services/order/histories.ts. */
export const histories: Histories = {
  correct: () => ({
    calls: [
      callOf('staff', 'POST', '/v1/products', {
        body: { sku: 'LAMP', stock: 3 },
        answer: { sku: 'LAMP' },
        at: 0,
      }),
      callOf('staff', 'POST', '/v1/products/LAMP/restock', {
        body: { quantity: 2 },
        answer: { sku: 'LAMP' },
        at: 1,
      }),
    ],
    products: [{ sku: 'LAMP', version: 2 }],
    stock: [{ sku: 'LAMP', available: 3, reserved: 0, sold: 2, restocked: 5 }],
    reservations: [
      { orderId: 'confirmed-1', status: 'sold', lines: [...lines] },
      { orderId: 'cancelled-1', status: 'released', lines: [...lines] },
      { orderId: 'rejected-1', status: 'rejected', lines: [] },
      { orderId: 'rejected-2', status: 'rejected', lines: [] },
    ],
    events: [
      eventOf('product.listed', 'LAMP', 1, { priceCents: 500 }),
      eventOf('stock.reserved', 'confirmed-1', 1),
      eventOf('stock.reserved', 'cancelled-1', 1),
      eventOf('stock.rejected', 'rejected-1', 1),
      eventOf('stock.rejected', 'rejected-2', 1),
      eventOf('product.listed', 'LAMP', 2, { priceCents: 700 }),
    ],
  }),
  wrong,
};
