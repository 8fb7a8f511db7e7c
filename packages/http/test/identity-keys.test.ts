import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Logger } from '@repo/observability';
import { atTheEnd, eventually, testLog } from '@repo/testing';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { createServer } from './server-under-test.ts';

const MINUTE = 60_000;

/** An issuer whose keys a test can rotate, and that a test can stop. */
async function startIssuer() {
  const published: JWK[] = [];
  const state = { isDown: false, reads: 0, gate: undefined as Promise<void> | undefined };
  const server = createHttp(async (_request, response) => {
    state.reads++;
    await state.gate;
    response.writeHead(state.isDown ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => server.close().closeAllConnections());
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Makes a key; resolves with a function that signs tokens with it. */
  async function makeKey(kid: string, { isPublished = true } = {}) {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    if (isPublished) published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
    const claims = { sub: randomUUID(), iss: issuer, aud: 'tenfold' };
    return new SignJWT(claims)
      .setIssuedAt()
      .setExpirationTime('5m')
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey);
  }
  return { issuer, state, published, makeKey };
}

/** A service with an issuer of its own, and a clock that a test sets. */
async function start(options: { maxKeyAgeMs?: number } = {}) {
  const { issuer, state, published, makeKey } = await startIssuer();
  const clock = { ms: 0 };
  const warnings: unknown[] = [];
  const log: Logger = testLog.child({});
  log.warn = (...line: unknown[]) => void warnings.push(line);
  const identity = { issuer, jwksUrl: `${issuer}/jwks`, audience: 'tenfold', ...options };
  const app = await createServer({ identity, now: () => clock.ms, log });
  app.get('/mine', { config: { access: 'authenticated' } }, async () => ({}));
  atTheEnd(() => app.close());
  const statusOf = async (url: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return (await app.inject({ url, headers })).statusCode;
  };
  const ready = () => statusOf('/readyz');
  const mine = (token: string) => statusOf('/mine', token);
  return { state, published, makeKey, clock, warnings, mine, ready, token: await makeKey('first') };
}

test('while the issuer is down, known keys are used for an hour, and the service is ready', async () => {
  const { state, clock, mine, ready, token } = await start();
  assert.equal(await mine(token), 200);
  state.isDown = true;

  for (const minutes of [9, 11, 30, 59]) {
    clock.ms = minutes * MINUTE;
    assert.deepEqual([await mine(token), await ready()], [200, 200], `${minutes} minutes`);
  }
  clock.ms = 60 * MINUTE;
  assert.deepEqual([await mine(token), await ready()], [503, 503]);

  state.isDown = false;
  assert.deepEqual([await mine(token), await ready()], [200, 200]);
});

test('the maximum age of keys is an option', async () => {
  const { state, clock, mine, token } = await start({ maxKeyAgeMs: MINUTE });
  assert.equal(await mine(token), 200);
  state.isDown = true;
  clock.ms = MINUTE / 2;
  assert.equal(await mine(token), 200);
  clock.ms = MINUTE;
  assert.equal(await mine(token), 503);
});

test('a service without keys is not ready, and reads them as soon as it can', async () => {
  const { state, mine, ready, token } = await start();
  state.isDown = true;
  assert.deepEqual([await ready(), await mine(token)], [503, 503]);

  state.isDown = false;
  assert.deepEqual([await ready(), await mine(token)], [200, 200]);
  assert.equal(state.reads, 3);
});

test('old keys are read again once, in the background, and no request waits for it', async () => {
  const { state, clock, mine, token } = await start();
  await mine(token);
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  clock.ms = 10 * MINUTE;

  const statuses = await Promise.all(Array.from({ length: 20 }, () => mine(token)));
  assert.deepEqual(new Set(statuses), new Set([200]));
  await eventually(() => state.reads === 2);
  gate.resolve();
  assert.equal(await mine(token), 200);
  assert.equal(state.reads, 2);
});

test('while the read fails it is retried every five seconds, and no more often', async () => {
  const { state, clock, warnings, mine, ready, token } = await start();
  await mine(token);
  state.isDown = true;
  clock.ms = 10 * MINUTE;
  for (let second = 0; second < 60; second++) {
    const tries = 1 + Math.floor(second / 5);
    // Not counted by the issuer: a read may fail on its way to it.
    await eventually(async () => {
      assert.deepEqual([await mine(token), await ready()], [200, 200]);
      return warnings.length === tries;
    });
    clock.ms += 1_000;
  }
});

test('a withdrawn key is accepted until the keys are read again', async () => {
  const { published, clock, mine, token } = await start();
  assert.equal(await mine(token), 200);
  published.length = 0;
  clock.ms = 11 * MINUTE;

  await eventually(async () => {
    // A verified token is accepted for a while without another verification.
    clock.ms += MINUTE / 2 + 1;
    return (await mine(token)) === 401;
  });
});

test('a verified token is accepted for half a minute, even if its key is withdrawn', async () => {
  const { state, published, clock, mine, ready, token } = await start();
  await ready();
  clock.ms = 10 * MINUTE - 1;
  assert.equal(await mine(token), 200);
  published.length = 0;
  clock.ms = 10 * MINUTE;
  await ready();
  await eventually(() => state.reads === 2);

  assert.equal(await mine(token), 200);
  await eventually(async () => {
    clock.ms += MINUTE / 2;
    return (await mine(token)) === 401;
  });
});

test('a new key is read at once, even shortly after the last read', async () => {
  const { state, clock, makeKey, mine, token } = await start();
  await mine(token);
  for (const kid of ['second', 'third']) {
    clock.ms += 1_000;
    const next = await makeKey(kid);
    const statuses = await Promise.all(Array.from({ length: 5 }, () => mine(next)));
    assert.deepEqual(new Set(statuses), new Set([200]));
  }
  assert.equal(await mine(token), 200);
  assert.equal(state.reads, 3);
});

test('an invented key id is refused, and a flood of them causes one read per second', async () => {
  const { state, clock, makeKey, mine, token } = await start();
  const invented = await makeKey('invented', { isPublished: false });
  await mine(token);
  for (let second = 0; second < 3; second++) {
    clock.ms += 1_000;
    for (let each = 0; each < 10; each++) assert.equal(await mine(invented), 401);
  }
  assert.equal(state.reads, 4);
});

test('while the issuer is down, a token with an unknown key is neither accepted nor refused', async () => {
  const { state, clock, makeKey, mine, token } = await start();
  await mine(token);
  state.isDown = true;
  const next = await makeKey('second');
  clock.ms += MINUTE;

  assert.deepEqual([await mine(next), await mine(next), await mine(token)], [503, 503, 200]);
  clock.ms += 1_000;
  state.isDown = false;
  assert.equal(await mine(next), 200);
});

test('unreadable keys do not replace the known keys', async () => {
  const { state, published, clock, mine, token } = await start();
  await mine(token);
  published.push('nonsense' as unknown as JWK);
  clock.ms = 11 * MINUTE;
  await mine(token);
  await eventually(() => state.reads === 2);
  assert.equal(await mine(token), 200);
});
