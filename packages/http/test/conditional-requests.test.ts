import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, atTheEnd, call } from '@repo/testing';
import { problem } from '../src/index.ts';
import { createServer, token } from './server-under-test.ts';

const done: string[] = [];
const app = await createServer();
const access = { access: 'authenticated' } as const;
app.get('/tagged', { config: access }, async (_request, reply) => {
  reply.header('cache-control', 'no-cache').header('etag', '"3"');
  return { version: 3 };
});
app.get('/weak', { config: access }, async (_request, reply) => {
  reply.header('etag', 'W/"3"');
  return {};
});
app.get('/untagged', { config: access }, async () => ({}));
app.get('/missing', { config: access }, async () => {
  throw problem('not-found', 'Not here.');
});
app.route({
  method: ['POST', 'PUT', 'PATCH', 'DELETE'],
  url: '/untagged',
  config: access,
  handler: async ({ method }) => done.push(method) && {},
});
app.post('/own', { config: { ...access, preconditions: 'handler' } }, async () => done.push('own') && {});
atTheEnd(() => app.close());
const url = await app.listen({ host: '127.0.0.1', port: 0 });

const send = (path: string, headers: Record<string, string>, method = 'GET') =>
  call(`${url}${path}`, method, { token, headers });
const resultOf = ({ status, body }: Answer) => `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();

const READS: [string, Record<string, string>, string][] = [
  ['/tagged', {}, '200'],
  ['/tagged', { 'if-match': '"3"' }, '200'],
  ['/tagged', { 'if-match': '*' }, '200'],
  ['/tagged', { 'if-match': '"2"' }, '412 precondition-failed'],
  ['/tagged', { 'if-match': 'W/"3"' }, '412 precondition-failed'],
  ['/tagged', { 'if-none-match': '"3"' }, '304'],
  ['/tagged', { 'if-none-match': 'W/"3"' }, '304'],
  ['/tagged', { 'if-none-match': '"2", "3"' }, '304'],
  ['/tagged', { 'if-none-match': '*' }, '304'],
  ['/tagged', { 'if-none-match': '"2"' }, '200'],
  ['/tagged', { 'if-match': '"2"', 'if-none-match': '"3"' }, '412 precondition-failed'],
  ['/tagged', { 'if-match': '"3"', 'if-none-match': '"3"' }, '304'],
  ['/weak', { 'if-none-match': '"3"' }, '304'],
  ['/weak', { 'if-match': 'W/"3"' }, '412 precondition-failed'],
  ['/untagged', { 'if-none-match': '*' }, '304'],
  ['/untagged', { 'if-none-match': '"3"' }, '200'],
  ['/untagged', { 'if-match': '*' }, '200'],
  ['/untagged', { 'if-match': '"3"' }, '412 precondition-failed'],
  ['/missing', { 'if-match': '"3"' }, '404 not-found'],
  ['/missing', { 'if-none-match': '*' }, '404 not-found'],
  ['/nowhere', { 'if-match': '"3"' }, '404 not-found'],
  ['/livez', { 'if-match': '"3"' }, '412 precondition-failed'],
  ['/openapi.json', { 'if-none-match': '*' }, '304'],
];

for (const [path, headers, expected] of READS) {
  test(`GET ${path} with ${JSON.stringify(headers)} returns ${expected}, and so does HEAD`, async () => {
    const response = await send(path, headers);
    const head = await send(path, headers, 'HEAD');

    assert.equal(resultOf(response), expected);
    assert.deepEqual([head.status, head.text], [response.status, '']);
    assert.equal(head.headers.get('etag'), response.headers.get('etag'));
  });
}

test('a 304 has the headers of the full response, and no body', async () => {
  const { headers, text } = await send('/tagged', { 'if-none-match': '*' });

  assert.equal(text, '');
  assert.deepEqual(
    ['etag', 'cache-control', 'content-type', 'content-length'].map((name) => headers.get(name)),
    ['"3"', 'no-cache', null, null],
  );
  assert.ok(headers.get('x-request-id'));
});

test('a 412 is a problem like any other', async () => {
  const { headers, text, body } = await send('/tagged', { 'if-match': '"2"' });

  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(headers.get('content-length'), String(text.length));
  assert.equal(body.traceId, headers.get('traceparent')?.split('-')[1]);
  assert.equal(headers.get('etag'), '"3"');
});

test('a change is refused before its handler begins, unless the handler evaluates preconditions', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const headers of [{ 'if-match': '"3"' }, { 'if-none-match': '*' }, { 'if-match': '' }])
      assert.equal(resultOf(await send('/untagged', headers, method)), '412 precondition-failed');
    assert.deepEqual(done, []);
    for (const headers of [{}, { 'if-match': '*' }, { 'if-none-match': '"3"' }])
      assert.equal(resultOf(await send('/untagged', headers, method)), '200');
    assert.deepEqual(done.splice(0), [method, method, method]);
  }
  assert.equal(resultOf(await send('/own', { 'if-match': '"3"' }, 'POST')), '200');
});

test('no cache stores a 412', async () => {
  const { status, headers } = await call(`${url}/tagged`, 'GET', {
    token,
    headers: { 'if-match': '"2"' },
  });

  assert.deepEqual([status, headers.get('cache-control')], [412, 'no-store']);
});
