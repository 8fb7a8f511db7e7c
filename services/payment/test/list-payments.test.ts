import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { call, countRows, eventually } from '@repo/testing';
import {
  database,
  get,
  identity,
  outcomeOf,
  paymentOf,
  provider,
  publish,
  reserved,
  reservedRecord,
  url,
} from './payment-service.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function newCustomer() {
  const customerId = randomUUID();
  return { customerId, token: await identity.token({ subject: customerId }) };
}

test('a customer sees the payment of an own order', async () => {
  const { customerId, token } = await newCustomer();
  const orderId = await reserved('tok_ok', { customerId, totalCents: 700 });
  await outcomeOf(orderId);

  const { status, body } = await get(`/v1/payments?orderId=${orderId}`, { token });
  const shouted = await get(`/v1/payments?orderId=${orderId.toUpperCase()}`, { token });

  assert.equal(status, 200);
  assert.equal(body.next, null);
  assert.deepEqual(shouted.body, body);
  const [{ createdAt, settledAt, ...rest }] = body.items;
  assert.equal(body.items.length, 1);
  assert.match(createdAt, INSTANT);
  assert.match(settledAt, INSTANT);
  assert.deepEqual(rest, {
    id: (await paymentOf(orderId))?.id,
    orderId,
    status: 'captured',
    amountCents: 700,
    refundedCents: 0,
    currency: 'EUR',
  });
});

test('an open payment is pending, and a declined one is declined', async (t) => {
  const { customerId, token } = await newCustomer();
  const pending = randomUUID();
  t.after(() => provider.interfere(pending));
  provider.interfere(pending, async () => 'none');
  await publish([reservedRecord('tok_ok', { orderId: pending, customerId })]);
  await eventually(() => provider.callsFor(pending).length > 0, { what: 'a call about the open payment' });
  const declined = await reserved('tok_declined', { customerId });
  await outcomeOf(declined);

  const statusOf = async (orderId: string) => {
    const { body } = await get(`/v1/payments?orderId=${orderId}`, { token });
    return body.items.map(({ status, settledAt }: Record<string, unknown>) => [status, settledAt !== null]);
  };
  assert.deepEqual(await statusOf(declined), [['declined', true]]);
  assert.deepEqual(await statusOf(pending), [['pending', false]]);
});

test('the payment of another customer is not found, nor is that of an unknown order', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
  const { token } = await newCustomer();

  for (const id of [orderId, randomUUID()])
    assert.deepEqual((await get(`/v1/payments?orderId=${id}`, { token })).body, { items: [], next: null });
  assert.deepEqual((await get('/v1/payments', { token })).body, { items: [], next: null });
});

test('a customer sees all own payments, newest first, page by page', async () => {
  const { customerId, token } = await newCustomer();
  const orderIds: string[] = [];
  for (let index = 0; index < 3; index++) {
    const orderId = await reserved('tok_ok', { customerId });
    await outcomeOf(orderId);
    orderIds.unshift(orderId);
  }

  const first = await get('/v1/payments?limit=2', { token });
  const [, link] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await get(link as string, { token });

  const idsOf = ({ body }: typeof first) => body.items.map(({ orderId }: { orderId: string }) => orderId);
  assert.deepEqual([idsOf(first), idsOf(second)], [orderIds.slice(0, 2), orderIds.slice(2)]);
  assert.equal(second.body.next, null);
});

test('a list request with wrong parameters is refused, and changes nothing', async () => {
  const { token } = await newCustomer();
  // Events of other tests may still wait in the outbox.
  const counts = async () => ({ ...(await countRows(database)), outbox: 0 });
  const before = await counts();
  const orderId = randomUUID();
  for (const search of [
    'orderId=1',
    'orderId=',
    'orderId=%00',
    `orderId=${orderId}&orderId=${orderId}`,
    'limit=0',
    'limit=101',
    'limit=abc',
    'after=forged',
    'order=1',
  ]) {
    const { status, body } = await get(`/v1/payments?${search}`, { token });
    assert.equal(status, 400, search);
    assert.match(body.type, /\/invalid-request$/);
  }
  assert.deepEqual(await counts(), before);
});

test('payments are not shown without a valid token', async () => {
  const none = await get('/v1/payments');
  assert.equal(none.status, 401);
  assert.equal(none.headers.get('www-authenticate'), 'Bearer');
  for (const [how, token] of Object.entries(await identity.wrongTokens())) {
    const { status, headers } = await get('/v1/payments', { token });
    assert.equal(status, 401, how);
    assert.match(headers.get('www-authenticate') ?? '', /error="invalid_token"/);
  }
});

test('no HTTP method creates or changes a payment', async () => {
  const { status, headers } = await call(`${url}/v1/payments`, 'POST', { body: {} });

  assert.equal(status, 405);
  assert.deepEqual(headers.get('allow')?.split(', ').sort(), ['GET', 'HEAD']);
});
