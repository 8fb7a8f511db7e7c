import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { startProvider } from './provider-under-test.ts';

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeEach(async () => {
  provider = await startProvider();
});
afterEach(() => provider.close());

test('a capture moves the money and is found by its reference and in the ledger', async () => {
  const { status, body } = await provider.capture('key-1');
  assert.equal(status, 200);
  const { id, ...rest } = body;
  assert.deepEqual(rest, { reference: 'order-1', status: 'captured', amountCents: 4200, currency: 'EUR' });
  assert.deepEqual(await provider.list('/v1/captures?reference=order-1'), [body]);
  assert.deepEqual(await provider.list('/v1/captures?reference=order-2'), []);
  const [movement, ...others] = await provider.list('/v1/ledger');
  assert.deepEqual(others, []);
  assert.match(String(movement?.at), /^\d{4}-.*Z$/);
  assert.deepEqual(movement, {
    ...{ id, kind: 'capture', reference: 'order-1', amountCents: 4200, currency: 'EUR' },
    at: movement?.at,
  });
});

test('requests with one key share one capture, also concurrent ones', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => provider.capture('key-1')));
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  assert.equal((await provider.list('/v1/ledger')).length, 1);
  const reordered = Object.fromEntries(Object.entries(provider.order).reverse());
  assert.deepEqual(await provider.send('POST', '/v1/captures', reordered, 'key-1'), answers[0]);
});

test('a key that was used for another request is refused, and no money moves', async () => {
  await provider.capture('key-1');
  assert.equal((await provider.capture('key-1', { amountCents: 1 })).status, 422);
  assert.equal((await provider.list('/v1/ledger')).length, 1);
});

test('a declined payment moves no money and stays declined', async () => {
  const first = await provider.capture('key-1', { token: 'tok_declined' });
  assert.equal(first.status, 200);
  assert.equal(first.body.status, 'declined');
  assert.deepEqual(await provider.capture('key-1', { token: 'tok_declined' }), first);
  assert.deepEqual(await provider.list('/v1/ledger'), []);
  assert.deepEqual(await provider.list('/v1/captures?reference=order-1'), []);
});

test('a capture is refunded in parts, once for each key, and never more than was captured', async () => {
  const { id } = (await provider.capture('key-1')).body;
  const first = await provider.refund('key-1', id, 4000);
  assert.equal(first.body.status, 'refunded');
  assert.equal(first.body.reference, 'order-1');
  assert.deepEqual(await provider.refund('key-1', id, 4000), first);
  assert.equal((await provider.refund('key-2', id, 201)).status, 409);
  assert.equal((await provider.list('/v1/captures?reference=order-1'))[0]?.status, 'captured');
  assert.equal((await provider.refund('key-2', id, 200)).status, 200);
  assert.equal((await provider.list('/v1/captures?reference=order-1'))[0]?.status, 'refunded');
  const movements = (await provider.list('/v1/ledger')).map(({ kind, amountCents }) => [kind, amountCents]);
  assert.deepEqual(movements, [
    ['capture', 4200],
    ['refund', 4000],
    ['refund', 200],
  ]);
});

test('a refund of an unknown capture is answered 404', async () => {
  assert.equal((await provider.refund('key-1', 'nothing', 1)).status, 404);
});

test('an invalid request is refused with a reason', async () => {
  const refusals: [string, string, unknown, string | undefined, RegExp][] = [
    ['POST', '/v1/captures', provider.order, undefined, /idempotency-key/],
    ['POST', '/v1/captures', provider.order, '', /idempotency-key/],
    ['POST', '/v1/captures', { ...provider.order, amountCents: '4200' }, 'k', /amountCents must be integer/],
    ['POST', '/v1/captures', { ...provider.order, amountCents: -1 }, 'k', /amountCents/],
    ['POST', '/v1/captures', { ...provider.order, amountCents: 1.5 }, 'k', /amountCents/],
    ['POST', '/v1/captures', { ...provider.order, currency: 'euro' }, 'k', /currency/],
    ['POST', '/v1/captures', { ...provider.order, card: '4111' }, 'k', /additional properties/],
    ['POST', '/v1/captures', { reference: 'order-1' }, 'k', /required property 'amountCents'/],
    ['POST', '/v1/refunds', { captureId: 'x' }, 'k', /amountCents/],
    ['PUT', '/v1/behaviour', { errorRate: 2 }, undefined, /errorRate/],
  ];
  for (const [method, path, body, key, reason] of refusals) {
    const answer = await provider.send(method, path, body, key);
    assert.equal(answer.status, 400, `${path} ${JSON.stringify(body)}`);
    assert.match(String(answer.body.message), reason);
  }
  assert.equal((await fetch(`${provider.url}/v1/captures`)).status, 400);
  assert.deepEqual(await provider.list('/v1/ledger'), []);
  assert.equal((await fetch(`${provider.url}/livez`)).status, 200);
});
