import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { call, eventually } from '@repo/testing';
import { type HttpOptions, problem } from '../src/index.ts';
import { createServer, token } from './server-under-test.ts';

/** A server with a route for any method and the given handler. */
async function start(
  t: TestContext,
  handler: () => Promise<unknown>,
  { admit, ...options }: Partial<HttpOptions> & { admit?: () => void } = {},
) {
  const app = await createServer(options);
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    config: { access: 'authenticated', ...(admit && { admit }) },
    handler,
  });
  t.after(() => app.close());
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

test('a handler that takes too long causes 503, with or without a body of the request', async (t) => {
  const { url } = await start(t, () => new Promise(() => {}), { handlerMs: 50 });

  const responses = [await call(url, 'GET', { token }), await call(url, 'POST', { token, body: {} })];

  for (const { status, headers, body } of responses) {
    assert.equal(status, 503);
    assert.match(body.type, /\/overloaded$/);
    assert.equal(headers.get('retry-after'), '1');
  }
});

test('the late result of a handler is discarded', async (t) => {
  const gate = Promise.withResolvers<object>();
  const { url } = await start(t, () => gate.promise, { handlerMs: 50 });
  const late = await call(url, 'POST', { token, body: {} });

  gate.resolve({ done: true });

  assert.equal(late.status, 503);
  assert.deepEqual((await call(url, 'GET', { token })).body, { done: true });
});

test('an overloaded process refuses requests, answers health checks, and accepts requests again afterwards', async (t) => {
  const { url } = await start(t, async () => ({}), { maxDelayMs: 20 });
  const busy = setInterval(() => {
    for (const since = performance.now(); performance.now() - since < 60; );
  });
  t.after(() => clearInterval(busy));
  const send = () => call(url, 'GET', { token });

  const refusal = await eventually(async () => {
    const response = await send();
    return response.status === 503 && response;
  });

  assert.match(refusal.body.type, /\/overloaded$/);
  assert.equal(refusal.headers.get('retry-after'), '1');
  for (const path of ['livez', 'readyz']) assert.equal((await call(`${url}/${path}`)).status, 200);
  clearInterval(busy);
  await eventually(async () => (await send()).status === 200);
});

test('a process that was held up while it started refuses nothing', async (t) => {
  const app = await createServer({ maxDelayMs: 1_000 });
  t.after(() => app.close());
  // Longer than the time between two looks at the event loop.
  for (const since = performance.now(); performance.now() - since < 1_100; );
  // Timers run between the two.
  await setImmediate();
  await setImmediate();

  const { statusCode } = await app.inject('/nowhere');

  assert.equal(statusCode, 404);
});

test('admission is checked before the token and the body', async (t) => {
  let isFull = true;
  const admit = () => {
    if (isFull) throw problem('overloaded', 'Full.', { retryAfterSeconds: 1 });
  };
  const { url } = await start(t, async () => ({}), { admit });

  const refusal = await call(url, 'POST', { token: 'wrong', body: '{' });
  isFull = false;

  assert.equal(refusal.status, 503);
  assert.equal(refusal.headers.get('retry-after'), '1');
  assert.equal((await call(url, 'POST', { token: 'wrong', body: '{' })).status, 401);
  assert.equal((await call(url, 'POST', { token, body: {} })).status, 200);
});

test('a draining server is not ready and closes connections, but answers until it is closed', async (t) => {
  const { app, url } = await start(t, async () => ({ answer: 42 }), { drainMs: 100 });
  assert.equal((await call(url, 'GET', { token })).headers.get('connection'), 'keep-alive');

  const drained = app.drain();

  assert.equal((await call(`${url}/readyz`)).status, 503);
  assert.equal((await call(`${url}/livez`)).status, 200);
  await drained;
  const { headers, body } = await call(url, 'GET', { token });
  assert.equal(headers.get('connection'), 'close');
  assert.deepEqual(body, { answer: 42 });
});
