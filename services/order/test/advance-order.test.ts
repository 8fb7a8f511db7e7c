import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@tenfold/testing';
import {
  allHeard,
  get,
  happening,
  hasPrices,
  listed,
  ORDER,
  post,
  publish,
  query,
  said,
} from './order-service.ts';

type Happening = keyof typeof happening;

async function isIn(orderId: string, status: string): Promise<void> {
  await eventually(async () => (await get(`/v1/orders/${orderId}`)).body.status === status, {
    what: `the order to be ${status}`,
  });
}

/** Places an order and lets these things happen to it, one after the other; answers its id. */
async function orderThatHeard(...happenings: [Happening, string][]): Promise<string> {
  const { body } = await post();
  for (const [what, status] of happenings) {
    await publish([happening[what](body.id)]);
    await isIn(body.id, status);
  }
  return body.id;
}

async function historyOf(orderId: string): Promise<string[]> {
  const rows = await query<{ step: string }>(
    `select version || ' ' || status as step from order_history where order_id = $1 order by version`,
    [orderId],
  );
  return rows.map(({ step }) => step);
}

/** What was said of an order, in its order, as soon as this many things have been. */
async function saidOf(orderId: string, count: number) {
  const ofOrder = () => said.filter(({ key }) => key === orderId);
  await eventually(() => ofOrder().length >= count, { what: `${count} events of the order` });
  return ofOrder();
}

test('an order whose stock is reserved is reserved, and its payment may be taken', async () => {
  const orderId = await orderThatHeard(['stock.reserved', 'reserved']);

  const { body, headers } = await get(`/v1/orders/${orderId}`);
  assert.deepEqual([body.version, body.endedAt, body.reason, headers.get('etag')], [2, null, null, '"2"']);
  const [, event] = await saidOf(orderId, 2);
  const { deadlineAt, customerId, ...rest } = event?.data ?? {};
  assert.equal(event?.type, 'order.reserved');
  assert.deepEqual(rest, {
    orderId,
    version: 2,
    totalCents: 11_948,
    currency: 'EUR',
    paymentToken: 'tok_ok',
  });
  assert.equal(deadlineAt, body.deadlineAt);
  assert.ok(customerId);
});

test('an order that is paid is confirmed, and forgets how', async () => {
  const orderId = await orderThatHeard(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);

  const { body } = await get(`/v1/orders/${orderId}`);
  assert.equal(body.version, 3);
  assert.equal(body.reason, null);
  assert.ok(Date.parse(body.endedAt) >= Date.parse(body.placedAt));
  assert.deepEqual(
    body.history.map(({ status }: { status: string }) => status),
    ['placed', 'reserved', 'confirmed'],
  );
  assert.equal(body.history.at(-1).at, body.endedAt);
  const [, , event] = await saidOf(orderId, 3);
  const { customerId: _, ...data } = event?.data ?? {};
  assert.equal(event?.type, 'order.confirmed');
  assert.deepEqual(data, { orderId, version: 3, totalCents: 11_948, currency: 'EUR', lines: ORDER.lines });
  assert.deepEqual(await query('select payment_token from orders where id = $1', [orderId]), [
    { payment_token: null },
  ]);
});

const ENDS: [string, string, [Happening, string][]][] = [
  ['finds no stock', 'out-of-stock', [['stock.rejected', 'cancelled']]],
  [
    'is not paid for',
    'payment-declined',
    [
      ['stock.reserved', 'reserved'],
      ['payment.declined', 'cancelled'],
    ],
  ],
];

for (const [what, reason, happenings] of ENDS) {
  test(`an order that ${what} is cancelled, and says why`, async () => {
    const orderId = await orderThatHeard(...happenings);

    const { body } = await get(`/v1/orders/${orderId}`);
    assert.equal(body.reason, reason);
    assert.ok(body.endedAt);
    const event = (await saidOf(orderId, happenings.length + 1)).at(-1);
    const { customerId: _, ...data } = event?.data ?? {};
    assert.equal(event?.type, 'order.cancelled');
    assert.deepEqual(data, { orderId, version: happenings.length + 1, reason, lines: ORDER.lines });
    assert.deepEqual(await query('select payment_token from orders where id = $1', [orderId]), [
      { payment_token: null },
    ]);
  });
}

test('what an order hears twice, in one batch or in two, has its effect once', async () => {
  const { body } = await post();
  const reserved = happening['stock.reserved'](body.id);
  await publish([reserved, reserved]);
  await isIn(body.id, 'reserved');
  await publish([reserved]);
  await publish([happening['payment.captured'](body.id)]);
  await isIn(body.id, 'confirmed');
  await publish([reserved]);
  await allHeard();

  assert.deepEqual(await historyOf(body.id), ['1 placed', '2 reserved', '3 confirmed']);
  const rows = await query('select id from inbox where id = $1', [reserved.headers.ce_id]);
  assert.equal(rows.length, 1);
  assert.deepEqual(
    (await saidOf(body.id, 3)).map(({ type }) => type),
    ['order.placed', 'order.reserved', 'order.confirmed'],
  );
});

test('the same thing said anew, under another id, changes nothing either', async () => {
  const orderId = await orderThatHeard(['stock.reserved', 'reserved']);
  await publish([happening['stock.reserved'](orderId), happening['stock.reserved'](orderId)]);
  await allHeard();

  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved']);
});

test('an order that has ended never changes again, whatever it hears', async () => {
  const confirmed = await orderThatHeard(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  const cancelled = await orderThatHeard(['stock.rejected', 'cancelled']);
  const all = Object.values(happening).flatMap((happen) => [happen(confirmed), happen(cancelled)]);
  await publish(all);
  await allHeard();

  assert.deepEqual(await historyOf(confirmed), ['1 placed', '2 reserved', '3 confirmed']);
  assert.deepEqual(await historyOf(cancelled), ['1 placed', '2 cancelled']);
});

test('what is said of an order that nobody knows holds up no other', async () => {
  await publish([happening['stock.reserved'](randomUUID()), happening['payment.captured'](randomUUID())]);
  await allHeard();

  await orderThatHeard(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
});

test('fifty orders that hear their news in one batch all go on', async () => {
  const orderIds = (await Promise.all(Array.from({ length: 50 }, () => post()))).map(({ body }) => body.id);
  await publish(orderIds.map((orderId) => happening['stock.reserved'](orderId)));

  await eventually(async () => {
    const rows = await query(`select id from orders where id = any($1) and status = 'reserved'`, [orderIds]);
    return rows.length === orderIds.length;
  });
  for (const orderId of orderIds) assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved']);
});

test('an order costs what the newest version of the price list says, in whatever order it came', async () => {
  const sku = 'CAMERA';
  const priceOf = async () =>
    (await post({ body: { ...ORDER, lines: [{ sku, quantity: 1 }] } })).body.totalCents;
  await publish([listed(sku, { version: 3, priceCents: 300 }), listed(sku, { version: 2, priceCents: 200 })]);
  await hasPrices(sku);
  assert.equal(await priceOf(), 300);

  await publish([listed(sku, { version: 1, priceCents: 100 })]);
  await allHeard();
  assert.equal(await priceOf(), 300);

  await publish([listed(sku, { version: 4, priceCents: 400 })]);
  await eventually(async () => (await priceOf()) === 400);
});

test('an order that was placed keeps its price when the price list changes', async () => {
  const sku = 'TRIPOD';
  await publish([listed(sku, { priceCents: 100, name: 'Old' })]);
  await hasPrices(sku);
  const { body } = await post({ body: { ...ORDER, lines: [{ sku, quantity: 2 }] } });

  await publish([listed(sku, { version: 2, priceCents: 900, name: 'New' })]);
  await eventually(
    async () => (await query(`select sku from prices where sku = $1 and version = 2`, [sku])).length,
  );

  assert.deepEqual((await get(`/v1/orders/${body.id}`)).body, body);
});
