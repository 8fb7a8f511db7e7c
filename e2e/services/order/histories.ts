import type { Call } from '../../invariants/evidence.ts';
import { callOf, eventOf, type Histories } from '../../invariants/histories.ts';
import type { StoredOrder } from './evidence.ts';
import { wrongAcknowledgements } from './wrong-acknowledgements.ts';
import { wrongEvents } from './wrong-events.ts';
import { wrongSteps } from './wrong-steps.ts';

const orders = [
  orderOf('confirmed-1', 'ann', 'placed reserved confirmed', null),
  orderOf('cancelled-1', 'ann', 'placed reserved cancelled', 'customer'),
  orderOf('rejected-1', 'bob', 'placed cancelled', 'out-of-stock'),
  orderOf('rejected-2', 'eve', 'placed cancelled', 'out-of-stock'),
] as const;
const [confirmed, cancelled, rejected, rejectedToo] = orders;

/**
 * Ann's first order is confirmed. She cancels her second one after it was paid for, and gets her money back. Bob orders
 * more than there is, and sends his order twice with one key. So does Eve, once. Then the price rises.
 */
export const histories: Histories = {
  correct: () => ({
    calls: [
      placementOf(confirmed, 10),
      placementOf(cancelled, 20),
      callOf('ann', 'POST', '/v1/orders/cancelled-1/cancel', {
        answer: { id: 'cancelled-1', status: 'cancelled' },
        at: 30,
      }),
      { ...placementOf(rejected, 40), outcome: 'unknown', status: null, answer: null, answeredAt: null },
      placementOf(rejected, 50),
      placementOf(rejectedToo, 60),
    ],
    orders: structuredClone([...orders]),
    prices: [{ sku: 'LAMP', version: 2, priceCents: 700, isDeleted: false }],
    outboxes: { order: 0, inventory: 0, payment: 0 },
    events: [
      ...stepsOf('confirmed-1', ['order.placed', 'order.reserved', 'order.confirmed']),
      ...stepsOf('cancelled-1', ['order.placed', 'order.reserved', 'order.cancelled']),
      eventOf('order.refunded', 'cancelled-1', 3),
      ...stepsOf('rejected-1', ['order.placed', 'order.cancelled']),
      ...stepsOf('rejected-2', ['order.placed', 'order.cancelled']),
      // Kafka delivers at least once.
      eventOf('order.placed', 'confirmed-1', 1),
    ],
  }),
  wrong: [...wrongAcknowledgements, ...wrongSteps, ...wrongEvents],
};

function orderOf(id: string, customerId: string, path: string, reason: string | null): StoredOrder {
  const history = path.split(' ').map((status, index) => ({ version: index + 1, status }));
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
  return { ...callOf(customerId, 'POST', '/v1/orders', { body, answer: { id, status: 'placed' }, at }), key };
}

function stepsOf(key: string, types: string[]) {
  return types.map((type, index) => eventOf(type, key, index + 1));
}
