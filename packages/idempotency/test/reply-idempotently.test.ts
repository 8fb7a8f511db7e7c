import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createHttpServer } from '@repo/http';
import { atTheEnd, call, createTestDatabase, startTokenIssuer, testLog } from '@repo/testing';
import { createIdempotentHandler, replyIdempotently, requireKey } from '../src/index.ts';

const { database } = await createTestDatabase();
const identity = await startTokenIssuer();
const token = await identity.token();
let effects = 0;
const handle = createIdempotentHandler<unknown>({
  database,
  onCommit: () => {},
  perform: async (_tx, requests) => {
    const response = () => {
      effects++;
      return { status: 201, location: `/meters/${effects}`, etag: '"1"', body: `{ "effects" : ${effects} }` };
    };
    return { outcomes: new Map(requests.map((request) => [request, response()])), events: [] };
  },
});
const app = await createHttpServer({
  service: 'test',
  identity,
  log: testLog,
  checkReady: database.ping,
  isUnavailable: () => false,
});
for (const url of ['/meters', '/meters/:id/cancel'])
  app.route({
    method: 'POST',
    url,
    config: { access: 'authenticated' },
    preValidation: requireKey,
    handler: (request, reply) => replyIdempotently(handle, request, reply, request.body),
  });
atTheEnd(() => app.close());
const url = await app.listen({ host: '127.0.0.1', port: 0 });

function post(
  key: string,
  body: unknown = { a: 1, b: 2 },
  headers: Record<string, string> = {},
  path = '/meters',
) {
  return call(`${url}${path}`, 'POST', { token, key, body, headers });
}

test('a replay has the status, the headers and the body of the first response, and is marked as a replay', async () => {
  const key = randomUUID();
  const first = await post(key);

  const replay = await post(key);

  assert.equal(first.headers.get('idempotent-replayed'), null);
  assert.equal(replay.headers.get('idempotent-replayed'), 'true');
  assert.equal(replay.text, first.text);
  assert.equal(replay.status, 201);
  for (const name of ['location', 'etag', 'content-type'])
    assert.equal(replay.headers.get(name), first.headers.get(name) ?? 'missing');
});

test('a key is the same quoted or bare, and white space and the order of fields do not matter', async () => {
  const key = randomUUID();
  const first = await post(key);

  for (const same of [`"${key}"`, `"${key}";v=1`]) {
    const replay = await post(same, ' { "b": 2,\n "a": 1 } ');

    assert.equal(replay.text, first.text);
  }
});

test('one key cannot serve two resources, two bodies or two versions', async () => {
  const key = randomUUID();
  const cancel = (id: string, headers = {}) => post(key, {}, headers, `/meters/${id}/cancel`);
  assert.equal((await cancel('1')).status, 201);

  for (const response of [await cancel('2'), await cancel('1', { 'if-match': '"1"' })]) {
    assert.equal(response.status, 422);
    assert.match(response.body.type, /idempotency-key-reused$/);
  }
  assert.equal((await post(key)).status, 201);
  assert.equal((await post(key, { a: 1 })).status, 422);
});

test('a request without a key, or with a malformed key, is invalid', async () => {
  const missing = await call(`${url}/meters`, 'POST', { token, body: {} });
  assert.equal(missing.status, 400);
  assert.match(missing.body.type, /idempotency-key-missing$/);

  for (const key of ['', 'a'.repeat(256), 'two words', '"a', '"a"b']) {
    const { status, body } = await post(key);
    assert.equal(status, 400);
    assert.match(body.type, /idempotency-key-invalid$/);
  }
});

test('preconditions are evaluated after the key: a replay ignores them, and a refusal leaves the key unused', async () => {
  const [used, unused] = [randomUUID(), randomUUID()];
  const first = await post(used);

  assert.equal((await post(used, undefined, { 'if-none-match': '*' })).text, first.text);
  for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"1"' }]) {
    const { status, body } = await post(unused, undefined, headers);
    assert.equal(status, 412);
    assert.match(body.type, /precondition-failed$/);
  }
  assert.equal((await post(unused)).status, 201);
});
