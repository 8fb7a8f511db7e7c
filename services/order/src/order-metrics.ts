import { counter, DURATION_BUCKETS, gauge, histogram, ownName, secondsBetween } from '@repo/observability';
import type { Order } from './order.ts';
import { hasEnded } from './saga.ts';

/** A deadline is minutes long. */
const ORDER_SECONDS = [...DURATION_BUCKETS, 30, 60, 300];

const placed = counter({
  name: ownName('orders.placed'),
  unit: '{order}',
  description: 'How many orders were placed?',
});
const duration = histogram({
  name: ownName('order.duration'),
  unit: 's',
  description: 'How long do orders take from being placed to their end, and how do they end?',
  attributes: ['outcome', 'reason'],
  buckets: ORDER_SECONDS,
});
const stageDuration = histogram({
  name: ownName('order.stage.duration'),
  unit: 's',
  description: 'Which part of the way of an order takes how long?',
  attributes: ['stage'],
  buckets: ORDER_SECONDS,
});
const open = gauge({
  name: ownName('orders.open'),
  unit: '{order}',
  description: 'How many orders are placed or reserved, and do not wait for Kafka?',
});

/** An order that waits for stock is placed; one that waits for its payment is reserved. */
const STAGES = { placed: 'stock', reserved: 'payment' } as const;

export function countPlaced(): void {
  placed.add(1);
}

/** Records a change of status that has been committed. All times are those of the rows, by Postgres's clock. */
export function recordChange(before: Order, after: Order): void {
  if (hasEnded(before)) return;
  stageDuration.record(secondsBetween(before.changedAt, after.changedAt), {
    stage: STAGES[before.status as keyof typeof STAGES],
  });
  if (!hasEnded(after)) return;
  duration.record(secondsBetween(after.placedAt, after.changedAt), {
    outcome: after.status,
    reason: after.reason ?? 'none',
  });
}

/** Observes the number of open orders; returns a function that ends it. */
export function observeOpenOrders(read: () => number): () => void {
  return open.observe(read);
}
