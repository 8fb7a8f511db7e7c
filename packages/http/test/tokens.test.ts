import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { call, createFaultyProxy, startTokenIssuer, testLog } from '@repo/testing';
import { createHttpServer } from '../src/index.ts';
import { createServer, identity, post, token, url } from './server-under-test.ts';

for (const [how, wrongToken] of Object.entries(await identity.wrongTokens())) {
  test(`a token ${how} is refused, and it is said that it is the token`, async () => {
    const { status, headers, body } = await post({ token: wrongToken });

    assert.equal(status, 401);
    assert.match(body.type, /unauthenticated$/);
    assert.equal(headers.get('www-authenticate'), 'Bearer error="invalid_token"');
  });
}

test('a request without a token is asked for one', async () => {
  for (const headers of [{}, { authorization: 'Basic dXNlcjpwYXNz' }, { authorization: 'Bearer' }]) {
    const answer = await call(`${url}/things/${randomUUID()}`, 'POST', { body: { sku: 'A' }, headers });

    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  }
});

test('the scheme is Bearer in any case, as RFC 9110 has it', async () => {
  const { status } = await post({ headers: { authorization: `bearer ${token}` } });

  assert.equal(status, 200);
});

test('the caller is the subject of the token, in lower case as uuids are compared', async () => {
  const customer = randomUUID();
  const shouted = await identity.token({ customer: customer.toUpperCase(), scope: 'stock:write operations' });

  const { body } = await post({ token: shouted });

  assert.deepEqual(body.caller, { id: customer, scopes: ['stock:write', 'operations'] });
});

test('a route that needs a scope takes a token that has it, and names it to one that has not', async () => {
  const holder = await identity.token({ scope: 'operations stock:write' });
  assert.equal((await post({ token: holder }, '/stock')).status, 200);

  for (const scope of ['', 'operations', 'stock:writer', 'stock', 'STOCK:WRITE']) {
    const { status, headers, body } = await post({ token: await identity.token({ scope }) }, '/stock');
    assert.equal(status, 403, scope);
    assert.match(body.detail, /stock:write/);
    assert.match(headers.get('www-authenticate') ?? '', /insufficient_scope.*scope="stock:write"/);
  }
});

test('while the keys of the issuer cannot be had, a token is neither right nor wrong', async () => {
  const other = await startTokenIssuer();
  const proxy = await createFaultyProxy(other.jwksUrl, 80);
  const app = await createHttpServer({
    service: 'test',
    identity: { ...other, jwksUrl: proxy.url },
    log: testLog,
    checkReady: async () => {},
    isUnavailable: () => false,
  });
  app.get('/mine', { config: { access: 'customer' } }, async () => ({}));
  const headers = { authorization: `Bearer ${await other.token()}` };
  proxy.cut();

  const away = await app.inject({ url: '/mine', headers });
  await proxy.restore();
  const back = await app.inject({ url: '/mine', headers });

  assert.equal(away.statusCode, 503);
  assert.equal(away.headers['retry-after'], '1');
  assert.equal(back.statusCode, 200);
  await app.close();
});

test('a route that declares no access rule stops the service from starting', async () => {
  const app = await createServer();

  assert.throws(() => app.get('/open', async () => ({})), /GET \/open declares no access rule/);
  await app.close();
});
