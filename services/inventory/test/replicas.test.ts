import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { StockRejected } from '@repo/contracts/inventory';
import type { OrderCancelled, OrderPlaced } from '@repo/contracts/order';
import { decodeHeaders } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { type EventRecord, eventually } from '@repo/testing';
import { releaseStock } from '../src/stock/release-stock.ts';
import { reserveStock } from '../src/stock/reserve-stock.ts';
import {
  caughtUp,
  database,
  isAnyoneWaiting,
  listWith,
  orderRecord,
  publish,
  query,
  record,
  startReplica,
  stockOf,
  waiting,
} from './inventory-service.ts';

const published = await record('inventory.events');

const one = (sku: string) => [{ sku, quantity: 1 }];
const orderIds = (count: number) => Array.from({ length: count }, () => randomUUID() as string);

/** The message that a handler receives. */
function messageOf<Data>({ headers, value }: EventRecord) {
  return { ...decodeHeaders(headers), data: JSON.parse(value) as Data };
}

/** Waits until both replicas consume orders: each has one transaction at a time, and both wait for a locked sku. */
async function bothHear(): Promise<void> {
  const sku = await listWith(1_000);
  await eventually(
    () =>
      database.transaction(async (tx) => {
        await tx.query({ text: 'select from stock where sku = $1 for update', values: [sku] });
        await publish(orderIds(50).map((orderId) => orderRecord.placed(orderId, one(sku))));
        return eventually(async () => (await waiting()).length === 2, { timeoutMs: 2_000 });
      }),
    { what: 'both replicas to consume orders', timeoutMs: 30_000 },
  );
  await caughtUp();
}

await startReplica();
await bothHear();

test('of fifty orders at once for ten units, ten get one', async () => {
  const sku = await listWith(10);
  const ids = orderIds(50);
  await publish(ids.map((orderId) => orderRecord.placed(orderId, one(sku))));

  const responses = () => published.filter(({ key }) => ids.includes(key));
  await eventually(() => responses().length === 50, { what: 'an event for each order' });

  assert.equal(responses().filter(({ type }) => type === 'stock.reserved').length, 10);
  assert.equal(responses().filter(({ type }) => type === 'stock.rejected').length, 40);
  assert.deepEqual(await stockOf(sku), { available: 0, reserved: 10, sold: 0, restocked: 10 });
});

/** The number of deadlocks in this database. */
async function deadlocks(): Promise<unknown> {
  const [row] = await query('select deadlocks from pg_stat_database where datname = current_database()');
  return row?.deadlocks;
}

test('orders that name the same skus in opposite order all end, whichever replica processes them', async () => {
  const [first, second] = [await listWith(1_000), await listWith(1_000)];
  const lines = [...one(first), ...one(second)];
  const orders = orderIds(400).map((orderId, index) => ({
    orderId,
    lines: index % 2 ? lines : lines.toReversed(),
    end: index % 3 ? orderRecord.confirmed : orderRecord.cancelled,
  }));
  const batches = Array.from({ length: 20 }, (_, index) => orders.slice(index * 20, (index + 1) * 20));
  await Promise.all(
    batches.map(async (batch) => {
      await publish(batch.map(({ orderId, lines }) => orderRecord.placed(orderId, lines)));
      await publish(batch.map(({ orderId, lines, end }) => end(orderId, lines.toReversed())));
    }),
  );
  await caughtUp();

  assert.equal(await deadlocks(), 0);
  const sold = orders.filter(({ end }) => end === orderRecord.confirmed).length;
  for (const sku of [first, second])
    assert.deepEqual(await stockOf(sku), { available: 1_000 - sold, reserved: 0, sold, restocked: 1_000 });
});

test('transactions whose orders name the same skus in opposite order do not deadlock', async () => {
  const skus = [await listWith(1_000), await listWith(1_000), await listWith(1_000)];
  const lines = skus.flatMap(one);
  const reserveSome = (isReversed: boolean) => {
    const ordered = isReversed ? lines.toReversed() : lines;
    const messages = orderIds(5).map((orderId) =>
      messageOf<OrderPlaced>(orderRecord.placed(orderId, ordered)),
    );
    return database.transaction((tx) => reserveStock(tx, messages));
  };

  // As many at a time as there are connections.
  for (let round = 0; round < 4; round++)
    await Promise.all(Array.from({ length: 8 }, (_, index) => reserveSome(index % 2 === 0)));

  assert.equal(await deadlocks(), 0);
  for (const sku of skus)
    assert.deepEqual(await stockOf(sku), { available: 840, reserved: 160, sold: 0, restocked: 1_000 });
});

/** Runs the second during the first, as two replicas may do; returns the events of the second. */
async function meanwhile<Answer>(
  first: (tx: Transaction) => Promise<unknown>,
  second: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  let coming: Promise<Answer> | undefined;
  await database.transaction(async (tx) => {
    await first(tx);
    coming = database.transaction(second);
    await eventually(isAnyoneWaiting, { what: 'the second to meet the first' });
  });
  return coming as Promise<Answer>;
}

test('an order whose cancellation another replica is processing reserves nothing, and nothing is published', async () => {
  const [sku, orderId] = [await listWith(1), randomUUID()];
  const events = await meanwhile(
    (tx) => releaseStock(tx, [messageOf<OrderCancelled>(orderRecord.cancelled(orderId, one(sku)))]),
    (tx) => reserveStock(tx, [messageOf<OrderPlaced>(orderRecord.placed(orderId, one(sku)))]),
  );

  assert.deepEqual(events, []);
  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 0, sold: 0, restocked: 1 });
  assert.deepEqual(await query('select sku from reservation_lines where order_id = $1', [orderId]), []);
});

test('an order that is cancelled while another replica reserves its stock releases all of it', async () => {
  const [sku, orderId] = [await listWith(1), randomUUID()];
  await meanwhile(
    (tx) => reserveStock(tx, [messageOf<OrderPlaced>(orderRecord.placed(orderId, one(sku)))]),
    (tx) => releaseStock(tx, [messageOf<OrderCancelled>(orderRecord.cancelled(orderId, one(sku)))]),
  );

  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 0, sold: 0, restocked: 1 });
  assert.deepEqual(await query('select status from reservations where order_id = $1', [orderId]), [
    { status: 'released' },
  ]);
});

test('of two orders for the last unit, processed by two replicas at once, the second is rejected', async () => {
  const [sku, first, second] = [await listWith(1), randomUUID(), randomUUID()];
  const reserveFor = (orderId: string) => (tx: Transaction) =>
    reserveStock(tx, [messageOf<OrderPlaced>(orderRecord.placed(orderId, one(sku)))]);
  const events = await meanwhile(reserveFor(first), reserveFor(second));

  assert.deepEqual(
    events.map(({ type, key, data }) => [type, key, (data as StockRejected).missing]),
    [['stock.rejected', second, [{ sku, requested: 1, available: 0 }]]],
  );
  assert.deepEqual(await stockOf(sku), { available: 0, reserved: 1, sold: 0, restocked: 1 });
});

test('an order whose stock two replicas reserve at once has it once', async () => {
  const [sku, orderId] = [await listWith(2), randomUUID()];
  const reserveIt = (tx: Transaction) =>
    reserveStock(tx, [messageOf<OrderPlaced>(orderRecord.placed(orderId, one(sku)))]);
  const events = await meanwhile(reserveIt, reserveIt);

  assert.deepEqual(events, []);
  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 1, sold: 0, restocked: 2 });
});
