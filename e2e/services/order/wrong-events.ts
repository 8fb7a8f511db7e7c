import { eventOf, only, remove, type WrongHistory } from '../../invariants/histories.ts';

/** Histories in which the events of orders, or the prices in orders, are wrong. */
export const wrongEvents: WrongHistory[] = [
  [
    '7',
    'a step that was not published',
    ({ events }) => remove(events, { type: 'order.reserved' }),
    /order.reserved of conf/,
  ],
  [
    '7',
    'a step that never happened',
    ({ events }) => events.push(eventOf('order.reserved', 'rejected-1', 2)),
    /never happened: order.reserved of rejected-1/,
  ],
  [
    '7',
    'a refund in a version of its own',
    ({ events }) => Object.assign(only(events, { type: 'order.refunded' }), { data: { version: 4 } }),
    /never happened: order.refunded of cancelled-1 in version 4/,
  ],
  [
    '7',
    'an event about an order that does not exist',
    ({ events }) => events.push(eventOf('stock.reserved', 'nothing', 1)),
    /stock.reserved is about order nothing/,
  ],
  [
    '8',
    'a step that was published under two ids',
    ({ events }) => events.push({ ...eventOf('order.placed', 'confirmed-1', 1), id: 'another' }),
    /2 different order.placed of order confirmed-1/,
  ],
  [
    '9',
    'a price that went back',
    ({ prices }) => Object.assign(prices[0] ?? {}, { version: 1 }),
    /LAMP is in version 2/,
  ],
  [
    '9',
    'a price that is not that of its version',
    ({ prices }) => Object.assign(prices[0] ?? {}, { priceCents: 500 }),
    /700/,
  ],
  [
    '9',
    'a product that came back',
    ({ events }) =>
      Object.assign(only(events, { id: 'product.listed of LAMP 2' }), { type: 'product.delisted' }),
    /LAMP is on the price list after product.delisted/,
  ],
  [
    '9',
    'a price that was never listed',
    ({ orders }) => Object.assign(orders[0]?.lines[0] ?? {}, { unitPriceCents: 1 }),
    /confirmed-1 has a price of LAMP that was never/,
  ],
  [
    '9',
    'an old price after a new one',
    ({ orders }) => Object.assign(orders[0]?.lines[0] ?? {}, { unitPriceCents: 700 }),
    /cancelled-1 has LAMP at its price of version 1 after 2/,
  ],
];
