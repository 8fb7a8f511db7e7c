import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { call, createFaultyProxy, startTokenIssuer, testLog } from '@repo/testing';
import { createHttpServer } from '../src/index.ts';
import { createServer, identity, post, token, url } from './server-under-test.ts';

for (const [fault, wrongToken] of Object.entries(await identity.wrongTokens())) {
  test(`a token ${fault} is refused as invalid`, async () => {
    const { status, headers, body } = await post({ token: wrongToken });

    assert.equal(status, 401);
    assert.match(body.type, /unauthenticated$/);
    assert.equal(headers.get('www-authenticate'), 'Bearer error="invalid_token"');
  });
}

test('a request without a token is refused, with the scheme', async () => {
  for (const headers of [{}, { authorization: 'Basic dXNlcjpwYXNz' }, { authorization: 'Bearer' }]) {
    const response = await call(`${url}/things/${randomUUID()}`, 'POST', { body: { code: 'A' }, headers });

    assert.equal(response.status, 401);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer');
  }
});

test('the scheme Bearer is accepted in upper and lower case (RFC 9110)', async () => {
  const { status } = await post({ headers: { authorization: `bearer ${token}` } });

  assert.equal(status, 200);
});

test('the caller is the subject of the token, in lower case', async () => {
  const id = randomUUID();
  const upperCase = await identity.token({ subject: id.toUpperCase(), scope: 'things:write things:read' });

  const { body } = await post({ token: upperCase });

  assert.deepEqual(body.caller, { id, scopes: ['things:write', 'things:read'] });
});

test('a route with a scope accepts a token with that scope, and names the scope to another', async () => {
  const holder = await identity.token({ scope: 'things:read things:write' });
  assert.equal((await post({ token: holder }, '/guarded')).status, 200);

  for (const scope of ['', 'things:read', 'things:writer', 'things', 'THINGS:WRITE']) {
    const { status, headers, body } = await post({ token: await identity.token({ scope }) }, '/guarded');
    assert.equal(status, 403, scope);
    assert.match(body.detail, /things:write/);
    assert.match(headers.get('www-authenticate') ?? '', /insufficient_scope.*scope="things:write"/);
  }
});

test('while the keys of the issuer are unavailable, a token is neither accepted nor refused', async () => {
  const other = await startTokenIssuer();
  const proxy = await createFaultyProxy(other.jwksUrl, 80);
  const app = await createHttpServer({
    service: 'test',
    identity: { ...other, jwksUrl: proxy.url },
    log: testLog,
    checkReady: async () => {},
    isUnavailable: () => false,
  });
  app.get('/mine', { config: { access: 'authenticated' } }, async () => ({}));
  const headers = { authorization: `Bearer ${await other.token()}` };
  proxy.cut();

  const whileDown = await app.inject({ url: '/mine', headers });
  await proxy.restore();
  const afterwards = await app.inject({ url: '/mine', headers });

  assert.equal(whileDown.statusCode, 503);
  assert.equal(whileDown.headers['retry-after'], '1');
  assert.equal(afterwards.statusCode, 200);
  await app.close();
});

test('a route that declares no access rule stops the service from starting', async () => {
  const app = await createServer();

  assert.throws(() => app.get('/open', async () => ({})), /GET \/open declares no access rule/);
  await app.close();
});
