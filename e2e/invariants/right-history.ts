import type { Call, Evidence, PublishedEvent, StoredMessage, StoredOrder } from './evidence.ts';

const ANN = 'ann';
const BOB = 'bob';
const EVE = 'eve';

/**
 * A short history in which all is well. Ann's first order is confirmed; her second is cancelled by her after it was
 * paid for, and paid back; Bob, who has no address, wants more than there is, and tries twice with one key; so does Eve,
 * whose address is refused, and once. Then the price rises.
 */
export function correctHistory(): Evidence {
  const orders = [
    orderOf('confirmed-1', ANN, 'placed reserved confirmed', null),
    orderOf('cancelled-1', ANN, 'placed reserved cancelled', 'customer'),
    orderOf('rejected-1', BOB, 'placed cancelled', 'out-of-stock'),
    orderOf('rejected-2', EVE, 'placed cancelled', 'out-of-stock'),
  ] as const;
  const [confirmed, cancelled, rejected, rejectedToo] = orders;
  return {
    calls: [
      callOf('staff', 'POST', '/v1/products', { sku: 'LAMP', stock: 3 }, { sku: 'LAMP' }, 0),
      callOf('staff', 'POST', '/v1/products/LAMP/restock', { quantity: 2 }, { sku: 'LAMP' }, 1),
      placementOf(confirmed, 10),
      placementOf(cancelled, 20),
      callOf(
        ANN,
        'POST',
        '/v1/orders/cancelled-1/cancel',
        {},
        { id: 'cancelled-1', status: 'cancelled' },
        30,
      ),
      { ...placementOf(rejected, 40), outcome: 'unknown', status: null, answer: null, answeredAt: null },
      placementOf(rejected, 50),
      placementOf(rejectedToo, 60),
    ],
    orders: [...orders],
    prices: [{ sku: 'LAMP', version: 2, priceCents: 700, isDeleted: false }],
    products: [{ sku: 'LAMP', version: 2 }],
    stock: [{ sku: 'LAMP', available: 3, reserved: 0, sold: 2, restocked: 5 }],
    reservations: [
      { orderId: 'confirmed-1', status: 'sold', lines: [{ sku: 'LAMP', quantity: 2 }] },
      { orderId: 'cancelled-1', status: 'released', lines: [{ sku: 'LAMP', quantity: 2 }] },
      { orderId: 'rejected-1', status: 'rejected', lines: [] },
      { orderId: 'rejected-2', status: 'rejected', lines: [] },
    ],
    payments: [
      { id: 'payment-1', orderId: 'confirmed-1', status: 'captured' },
      { id: 'payment-2', orderId: 'cancelled-1', status: 'refunded' },
    ],
    contacts: [
      { customerId: ANN, email: 'ann@example.com' },
      { customerId: BOB, email: null },
      { customerId: EVE, email: 'refused+eve@example.com' },
    ],
    messages: [
      messageOf('confirmed-1', ANN, 'confirmed', 'sent'),
      messageOf('cancelled-1', ANN, 'cancelled', 'sent'),
      messageOf('cancelled-1', ANN, 'refunded', 'sent'),
      messageOf('rejected-1', BOB, 'cancelled', 'waiting'),
      messageOf('rejected-2', EVE, 'cancelled', 'failed', '550 5.1.1'),
    ],
    outboxes: { order: 0, inventory: 0, payment: 0 },
    events: numbered([
      eventOf('product.listed', 'LAMP', 1, { priceCents: 500 }),
      ...wayOf(confirmed, ['order.placed', 'stock.reserved', 'order.reserved', 'payment.captured']),
      eventOf('order.confirmed', 'confirmed-1', 3),
      ...wayOf(cancelled, ['order.placed', 'stock.reserved', 'order.reserved', 'payment.captured']),
      eventOf('order.cancelled', 'cancelled-1', 3),
      eventOf('payment.refunded', 'cancelled-1', 3),
      eventOf('order.refunded', 'cancelled-1', 3),
      ...wayOf(rejected, ['order.placed', 'stock.rejected']),
      eventOf('order.cancelled', 'rejected-1', 2),
      ...wayOf(rejectedToo, ['order.placed', 'stock.rejected']),
      eventOf('order.cancelled', 'rejected-2', 2),
      eventOf('product.listed', 'LAMP', 2, { priceCents: 700 }),
      // Kafka delivers at least once.
      eventOf('order.placed', 'confirmed-1', 1),
    ]),
    ledger: [
      { kind: 'capture', reference: 'confirmed-1', amountCents: 1_000, currency: 'EUR' },
      { kind: 'capture', reference: 'cancelled-1', amountCents: 1_000, currency: 'EUR' },
      { kind: 'refund', reference: 'cancelled-1', amountCents: 1_000, currency: 'EUR' },
    ],
    mail: [
      'order.confirmed of confirmed-1',
      'order.cancelled of cancelled-1',
      'order.refunded of cancelled-1',
    ].map((id) => ({ messageId: `<${id}@tenfold.example>`, to: 'ann@example.com' })),
    alarms: [],
    unsettled: [],
    effects: [
      { service: 'inventory', messageId: 'order.placed of confirmed-1', at: '2026-01-01T00:00:00.000Z' },
    ],
    deadLetters: [],
    poisons: [],
    leaks: [],
  };
}

function orderOf(id: string, customerId: string, way: string, reason: string | null): StoredOrder {
  const history = way.split(' ').map((status, index) => ({ version: index + 1, status }));
  return {
    id,
    customerId,
    key: `key of ${id}`,
    status: history.at(-1)?.status as string,
    version: history.length,
    reason,
    totalCents: 1_000,
    currency: 'EUR',
    lines: [{ sku: 'LAMP', quantity: 2, unitPriceCents: 500 }],
    history,
    isDeleted: false,
  };
}

function placementOf({ id, customerId, key }: StoredOrder, at: number): Call {
  const body = { lines: [{ sku: 'LAMP', quantity: 2 }] };
  return { ...callOf(customerId, 'POST', '/v1/orders', body, { id, status: 'placed' }, at), key };
}

function callOf(who: string, method: string, path: string, body: object, answer: object, at: number): Call {
  const status = path === '/v1/orders' ? 201 : 200;
  const took = { sentAt: at, answeredAt: at + 5 };
  return { who, method, path, key: `key at ${at}`, body, outcome: 'ok', status, answer, ...took };
}

function messageOf(
  orderId: string,
  customerId: string,
  end: string,
  status: string,
  failureCode: string | null = null,
): StoredMessage {
  const id = `order.${end} of ${orderId}`;
  return { id, orderId, customerId, kind: `order-${end}`, status, failureCode };
}

/** The version of each: an order's own rises, those of others stand apart. */
function wayOf({ id }: StoredOrder, types: string[]): PublishedEvent[] {
  return types.map((type) => eventOf(type, id, type === 'order.placed' || type.startsWith('stock') ? 1 : 2));
}

export function eventOf(type: string, key: string, version: number, facts: object = {}): PublishedEvent {
  const noun = type.split('.')[0] as string;
  const topic = `${noun === 'stock' ? 'inventory' : noun}.events`;
  const id = noun === 'product' ? `${type} of ${key} ${version}` : `${type} of ${key}`;
  return { topic, partition: 0, offset: 0, id, type, key, data: { version, ...facts } };
}

/** Offsets in the order of the list. */
function numbered(events: PublishedEvent[]): PublishedEvent[] {
  return events.map((event, offset) => ({ ...event, offset }));
}
