import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { testLog } from '@repo/testing';
import { createProviderClient, Refused, wasNotSent } from './provider-client.ts';

const WORKS: RequestListener = (_request, response) => response.end('{}');
const FAILS: RequestListener = (_request, response) => response.writeHead(500).end();
const SILENT: RequestListener = () => {};

/** A client, and a provider that counts its calls and whose replies a test decides. */
async function newClient(t: TestContext, { answer = WORKS, timeoutMs = 5_000, base = '' } = {}) {
  const provider = { answer, calls: 0 };
  const server = createServer((request, response) => {
    provider.calls++;
    provider.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const leave = async () => void server.close().closeAllConnections();
  t.after(leave);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;
  const client = createProviderClient({ url, timeoutMs, log: testLog });
  const call = () => client.post('/v1/captures', 'a key', {});
  return { client, call, provider, leave };
}

/** Sends this many calls, which all fail; returns their errors. */
async function failing(call: () => Promise<unknown>, times: number): Promise<Error[]> {
  const settled = await Promise.allSettled(Array.from({ length: times }, call));
  return settled.map((one) => (one as PromiseRejectedResult).reason);
}

/** A client whose circuit has just opened, and a clock that the test moves. */
async function newOpenClient(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const made = await newClient(t, { answer: FAILS });
  await failing(made.call, 20);
  assert.equal(made.provider.calls, 20);
  return { ...made, clock: t.mock.timers };
}

test('a call without a reply in time fails, and may have reached the provider', async (t) => {
  const { call } = await newClient(t, { answer: SILENT, timeoutMs: 50 });
  const [error] = await failing(call, 1);

  assert.match(error?.message ?? '', /timed out after 50ms/);
  assert.equal(wasNotSent(error), false);
});

test('the client repeats no call', async (t) => {
  const { call, provider } = await newClient(t, { answer: FAILS });
  const [error] = await failing(call, 1);

  assert.match(error?.message ?? '', /responded with 500/);
  assert.equal(wasNotSent(error), false);
  assert.equal(provider.calls, 1);
});

test('a call to a provider that is down has not reached it', async (t) => {
  const { call, leave } = await newClient(t);
  await leave();
  const [error] = await failing(call, 1);

  assert.equal(wasNotSent(error), true);
});

test('a refusal has a message of ours, and does not count as a failure of the provider', async (t) => {
  const { client, call } = await newClient(t, {
    answer: (_request, response) => response.writeHead(422).end('Used for something else.'),
  });
  const [error] = await failing(call, 30);

  assert.ok(error instanceof Refused);
  assert.equal(error.message, 'The payment provider refused with 422.');
  assert.equal(client.callLimit(), Number.POSITIVE_INFINITY);
});

test('a redirect is not followed: the key goes to no other address', async (t) => {
  const { call, provider } = await newClient(t, {
    answer: ({ url }, response) =>
      url === '/v1/captures' ? response.writeHead(307, { location: '/elsewhere' }).end() : response.end('{}'),
  });
  const [error] = await failing(call, 1);

  assert.ok(error instanceof Refused);
  assert.equal(error.message, 'The payment provider refused with 307.');
  assert.equal(provider.calls, 1);
});

for (const base of ['', '/', '/sandbox', '/sandbox/eu/']) {
  test(`a provider at the path "${base}" is called below that path`, async (t) => {
    const urls: (string | undefined)[] = [];
    const { client, call } = await newClient(t, {
      base,
      answer: ({ url }, response) => {
        urls.push(url);
        response.end('{}');
      },
    });
    await call();
    await client.get('/v1/captures', { reference: 'a&b' });

    const path = `${base.replace(/\/$/, '')}/v1/captures`;
    assert.deepEqual(urls, [path, `${path}?reference=a%26b`]);
  });
}

for (const status of [408, 425, 429]) {
  test(`a response with status ${status} is temporary, and no refusal`, async (t) => {
    const { call } = await newClient(t, { answer: (_request, response) => response.writeHead(status).end() });
    const [error] = await failing(call, 1);

    assert.ok(error instanceof Error && !(error instanceof Refused));
    assert.equal(wasNotSent(error), false);
  });
}

test('nineteen failures do not open the circuit; twenty do', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { client, call } = await newClient(t, { answer: FAILS });
  await failing(call, 19);
  assert.equal(client.callLimit(), Number.POSITIVE_INFINITY);

  await failing(call, 1);

  assert.equal(client.callLimit(), 0);
});

test('a provider that mostly works keeps the circuit closed', async (t) => {
  const { client, call, provider } = await newClient(t);
  await Promise.all(Array.from({ length: 25 }, call));
  provider.answer = FAILS;
  await failing(call, 75);

  assert.equal(client.callLimit(), Number.POSITIVE_INFINITY);
});

test('while the circuit is open, calls fail at once and do not reach the provider', async (t) => {
  const { call, provider } = await newOpenClient(t);
  const errors = await failing(call, 10);

  assert.ok(errors.every(wasNotSent));
  assert.equal(provider.calls, 20);
});

test('after a second one call is let through; if it fails, the circuit opens for another second', async (t) => {
  const { client, call, provider, clock } = await newOpenClient(t);
  clock.tick(1_000);
  assert.equal(client.callLimit(), 1);

  const errors = await failing(call, 10);

  assert.equal(provider.calls, 21);
  assert.equal(errors.filter(wasNotSent).length, 9);
  assert.equal(client.callLimit(), 0);
  clock.tick(1_000);
  assert.equal(client.callLimit(), 1);
});

test('while the circuit is half-open, only one call is sent', async (t) => {
  const { client, call, provider, clock } = await newOpenClient(t);
  clock.tick(1_000);
  const answers: (() => void)[] = [];
  provider.answer = (_request, response) => answers.push(() => response.end('{}'));
  const underWay = call();

  assert.equal(client.callLimit(), 0);
  clock.tick(5_000);
  assert.equal(client.callLimit(), 0);

  while (answers.length === 0) await new Promise(setImmediate);
  answers[0]?.();
  await underWay;
  assert.equal(client.callLimit(), Number.POSITIVE_INFINITY);
});

test('once the circuit is closed, calls are sent as before', async (t) => {
  const { call, provider, clock } = await newOpenClient(t);
  clock.tick(1_000);
  provider.answer = WORKS;
  await call();
  await Promise.all(Array.from({ length: 100 }, call));

  assert.equal(provider.calls, 121);
});
