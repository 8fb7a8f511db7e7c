import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { buildApp } from './app.ts';

const folder = mkdtempSync(join(tmpdir(), 'identity-provider-'));
const file = join(folder, 'deeper', 'keys.json');
after(() => rmSync(folder, { recursive: true, force: true }));

let app: Awaited<ReturnType<typeof buildApp>>;
let issuer: string;
beforeEach(async () => {
  app = await buildApp({ host: '127.0.0.1', port: 0, file });
  issuer = await app.listen();
});
afterEach(() => app.close());

type Answer = { access_token: string; token_type: string; expires_in: number; scope: string; detail: string };

const customer = '0192f1c5-7c1e-7cc2-9d2f-3a4b5c6d7e8f';

async function discover() {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  return (await response.json()) as { issuer: string; token_endpoint: string; jwks_uri: string };
}

async function ask(form: Record<string, string>) {
  const { token_endpoint } = await discover();
  const response = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Answer };
}

const askFor = (form: Record<string, string> = {}) =>
  ask({ grant_type: 'client_credentials', client_id: customer, ...form });

async function verify(token: string, audience = 'tenfold') {
  const { jwks_uri } = await discover();
  return jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), { issuer, audience, algorithms: ['RS256'] });
}

test('a token has the customer, the issuer and our audience, and is valid for an hour', async () => {
  const { status, body } = await askFor();
  assert.equal(status, 200);
  assert.deepEqual([body.token_type, body.expires_in, body.scope], ['Bearer', 3600, '']);
  const { payload } = await verify(body.access_token);
  assert.equal(payload.sub, customer);
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3600);
  assert.equal(payload.scope, undefined);
});

test('a token has the requested scopes, audience and lifetime', async () => {
  const { body } = await askFor({
    scope: 'stock:write operations',
    audience: 'somebody-else',
    expires_in: '60',
  });
  assert.deepEqual([body.expires_in, body.scope], [60, 'stock:write operations']);
  const { payload } = await verify(body.access_token, 'somebody-else');
  assert.equal(payload.scope, 'stock:write operations');
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 60);
  await assert.rejects(verify(body.access_token), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
});

test('a test can request a token that has already expired', async () => {
  const { body } = await askFor({ expires_in: '-60' });
  await assert.rejects(verify(body.access_token), { code: 'ERR_JWT_EXPIRED' });
});

test('concurrent requests each get the token of their customer', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
  const answers = await Promise.all(ids.map((client_id) => askFor({ client_id })));
  const verified = await Promise.all(answers.map(({ body }) => verify(body.access_token)));
  assert.deepEqual(
    verified.map(({ payload }) => payload.sub),
    ids,
  );
});

test('the issuer is its own URL, and publishes no private key', async () => {
  assert.equal((await discover()).issuer, issuer);
  const { keys } = (await (await fetch((await discover()).jwks_uri)).json()) as { keys: object[] };
  assert.equal(keys.length, 1);
  assert.deepEqual(Object.keys(keys[0] ?? {}).sort(), ['alg', 'e', 'kid', 'kty', 'n']);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await fetch(`${issuer}/livez`)).status, 200);
});

test('an invalid request is refused with a reason', async () => {
  const refusals: [Record<string, string>, RegExp][] = [
    [{}, /grant_type/],
    [{ grant_type: 'password', username: 'x' }, /client_credentials/],
    [{ grant_type: 'client_credentials' }, /client_id/],
    [{ grant_type: 'client_credentials', client_id: customer, expires_in: 'soon' }, /expires_in/],
  ];
  for (const [form, reason] of refusals) {
    const { status, body } = await ask(form);
    assert.equal(status, 400);
    assert.match(body.detail, reason);
  }
});

test('with a configured issuer, tokens have that name, and each client gets endpoints that it can reach', async () => {
  const named = await buildApp({ host: '127.0.0.1', port: 0, file, issuer: 'http://identity-provider:3102' });
  const url = await named.listen();
  try {
    const found = await fetch(`${url}/.well-known/openid-configuration`);
    const document = (await found.json()) as Record<'issuer' | 'token_endpoint' | 'jwks_uri', string>;
    assert.equal(document.issuer, 'http://identity-provider:3102');
    assert.equal(document.token_endpoint, `${url}/token`);
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: customer });
    const answer = await fetch(document.token_endpoint, { method: 'POST', body });
    const { access_token } = (await answer.json()) as Answer;
    const { payload } = await jwtVerify(access_token, createRemoteJWKSet(new URL(document.jwks_uri)));
    assert.equal(payload.iss, 'http://identity-provider:3102');
  } finally {
    await named.close();
  }
});
