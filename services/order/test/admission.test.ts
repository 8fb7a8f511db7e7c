import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { createFaultyProxy, eventually } from '@repo/testing';
import { countLoad } from '../src/admission-store.ts';
import { cancel, database, databaseUrl, get, post, query, startReplica } from './order-service.ts';

const LIMIT = 5;

/** A service with a low limit on open orders. */
const start = (env: Record<string, string> = {}) =>
  startReplica({ ADMISSION_MAX_OPEN_ORDERS: String(LIMIT), ...env });
const { url } = await start();

beforeEach(async () => {
  await query(`update orders set status = 'cancelled', ended_at = now() where ended_at is null`);
  await query('delete from outbox where parked_until is not null');
  await eventually(async () => (await post({ token: 'none' }, url)).status === 401, { what: 'room' });
  // The tests below count the rows of the outbox, and the relay may still hold those of the test before.
  await eventually(async () => (await query('select id from outbox')).length === 0, {
    what: 'an empty outbox',
  });
});

const MUCH = { openOrders: 1_000, outboxRows: 1_000 };

/**
 * Places orders up to the limit, and returns them. An order that is placed during a count may be counted twice until the
 * next one, so for a moment there can seem to be less room.
 */
async function fill(at = url): Promise<string[]> {
  const placed: string[] = [];
  const place = async () => {
    const { status, body } = await post({}, at);
    if (status === 201) placed.push(body.id);
    return placed.length === LIMIT;
  };
  await eventually(place, { what: 'as many open orders as the limit' });
  return placed;
}

test('orders are accepted up to the limit on open orders; the next one gets 503 with Retry-After', async () => {
  await fill();

  const { status, headers, body } = await post({}, url);

  assert.equal(status, 503);
  assert.match(body.type, /\/overloaded$/);
  assert.match(headers.get('retry-after') ?? '', /^[1-9]\d?$/);
  assert.match(headers.get('content-type') ?? '', /problem\+json/);
  assert.match(headers.get('traceparent') ?? '', /^00-/);
});

test('of many orders at once only as many are accepted as there is room for', async () => {
  const responses = await Promise.all(Array.from({ length: 60 }, () => post({}, url)));

  const placed = responses.filter(({ status }) => status === 201).length;
  assert.ok(placed > 0 && placed <= LIMIT, `${placed} were let in.`);
  assert.equal(responses.filter(({ status }) => status === 503).length, 60 - placed);
});

test('a request that places no order uses no room', async () => {
  const nothing = { lines: [{ sku: 'NONE', quantity: 1 }], paymentToken: 'tok_ok' };
  const statuses: number[] = [];

  for (let times = 0; times < 2 * LIMIT; times++) statuses.push((await post({ body: nothing }, url)).status);

  assert.deepEqual(new Set(statuses), new Set([422]));
});

test('an order is refused before any work, even before its token is verified', async () => {
  await fill();

  assert.equal((await post({ token: 'none' }, url)).status, 503);
});

test('while orders are refused they can be read and cancelled, and that makes room for a retry with the same key', async () => {
  const [orderId] = await fill();
  const key = randomUUID();
  assert.equal((await post({ key }, url)).status, 503);
  assert.equal((await get(`/v1/orders/${orderId}`)).status, 200);
  assert.equal((await get('/v1/orders')).status, 200);
  assert.equal((await cancel(orderId as string)).status, 200);

  const placed = await eventually(async () => {
    const response = await post({ key }, url);
    return response.status === 201 && response;
  });

  assert.equal((await post({ key })).body.id, placed.body.id);
});

test('orders of another process are counted too', async () => {
  for (let placed = 0; placed < LIMIT; placed++) assert.equal((await post()).status, 201);

  const isCounted = async () => {
    const { status } = await post({ token: 'none' }, url);
    assert.equal(status, 503, JSON.stringify(await countLoad(database, MUCH)));
    return true;
  };
  await eventually(isCounted, { what: 'a count' });
});

test('while the orders cannot be counted, the last count stays valid', async () => {
  const proxy = await createFaultyProxy(databaseUrl, 5432);
  const remote = await start({ DATABASE_URL: proxy.url });
  await fill(remote.url);

  proxy.cut();

  assert.match((await post({}, remote.url)).body.detail, /Too many orders/);
  await proxy.restore();
  await query(`update orders set status = 'cancelled', ended_at = now() where ended_at is null`);
  await eventually(async () => (await post({}, remote.url)).status === 201, { what: 'room' });
  await remote.close();
});

/** Inserts orders, and for some of them an event in the outbox; it is parked, so that it stays there. */
async function addOrders(count: number, { waiting = 0, waitedSeconds = 11 } = {}): Promise<void> {
  await query(
    `with added as (
      insert into orders (id, customer_id, status, version, total_cents, currency, placed_at, deadline_at)
      select gen_random_uuid(), gen_random_uuid(), 'placed', 1, 0, 'EUR', now(), now() + interval '1 hour'
      from generate_series(1, $1::integer)
      returning id
    )
    insert into outbox (id, topic, type, key, data, parked_until, created_at)
    select gen_random_uuid(), 'order.events', 'order.placed', id, '{}', now() + interval '1 hour',
      now() - make_interval(secs => $3::double precision)
    from added
    limit $2`,
    [count, waiting, waitedSeconds],
  );
}

test('an order whose event waits for Kafka does not count as open: no other service has its event yet', async () => {
  await addOrders(20, { waiting: 14 });

  assert.deepEqual(await countLoad(database, MUCH), { openOrders: 6, outboxRows: 14 });

  await query(`update outbox set type = 'order.reserved' where parked_until is not null`);
  assert.deepEqual(await countLoad(database, MUCH), { openOrders: 20, outboxRows: 14 });
});

test('an order whose event waits for its turn counts as open', async () => {
  await addOrders(20, { waiting: 14, waitedSeconds: 5 });

  assert.deepEqual(await countLoad(database, MUCH), { openOrders: 20, outboxRows: 14 });
});

test('orders that were cancelled before their events were published do not make the count negative', async () => {
  await addOrders(10, { waiting: 10 });
  await query(`update orders set status = 'cancelled', ended_at = now() where ended_at is null`);

  assert.deepEqual(await countLoad(database, MUCH), { openOrders: 0, outboxRows: 10 });
});

test('however many there are, the count stops at the limit', async () => {
  await addOrders(100, { waiting: 40 });

  assert.deepEqual(await countLoad(database, MUCH), { openOrders: 60, outboxRows: 40 });
  assert.deepEqual(await countLoad(database, { openOrders: 50, outboxRows: 50 }), {
    openOrders: 50,
    outboxRows: 40,
  });
  assert.equal((await countLoad(database, { openOrders: 50, outboxRows: 30 })).outboxRows, 30);
});
