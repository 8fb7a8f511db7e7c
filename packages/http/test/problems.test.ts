import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { call } from '@repo/testing';
import { post, url } from './server-under-test.ts';

test('a problem has a detail, the place of the error and a trace id', async () => {
  const id = randomUUID();
  const { status, headers, body } = await post({ body: { code: 'lower' } }, `/things/${id}?a=b`);

  assert.equal(status, 400);
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { traceId, ...rest } = body;
  assert.deepEqual(rest, {
    type: 'https://tenfold.example/problems/invalid-request',
    title: 'The request is not valid',
    status: 400,
    detail: 'Some values are invalid.',
    instance: `/things/${id}`,
    errors: [{ path: '/code', message: 'A code has characters from A to Z.' }],
  });
  assert.equal(traceId, headers.get('traceparent')?.split('-')[1]);
});

test('the response to a bug does not contain its message', async () => {
  const { status, text, body } = await call(`${url}/fails/bug`);

  assert.equal(status, 500);
  assert.match(body.type, /internal$/);
  assert.match(body.traceId, /^[0-9a-f]{32}$/);
  assert.doesNotMatch(text, /select|secrets|app\.ts|stack/);
});

test('an unavailable server causes 503 with Retry-After', async () => {
  const { status, headers, body } = await call(`${url}/fails/unavailable`);

  assert.equal(status, 503);
  assert.match(body.type, /overloaded$/);
  assert.equal(headers.get('retry-after'), '1');
});

test('each invalid value has its place, as a JSON Pointer', async () => {
  const { body } = await post({ body: { code: 1, 'odd/na~me': 'x', extra: 1, metadata: [] } });

  assert.deepEqual(
    body.errors.map(({ path }: { path: string }) => path),
    ['/code', '/odd~1na~0me', '/metadata', '/extra'],
  );
});

test('nothing is coerced and nothing dropped', async () => {
  for (const body of [
    { code: 'A', 'odd/na~me': '2' },
    { code: 'A', extra: 1 },
    { code: 'A', metadata: 'x' },
    [],
    null,
  ])
    assert.equal((await post({ body: JSON.stringify(body) })).status, 400, JSON.stringify(body));
});

test('a required body that is missing is invalid', async () => {
  for (const body of ['', undefined]) {
    const headers = { 'content-type': 'application/json' };
    const { status, body: problem } = await post({ body, headers });

    assert.equal(status, 400);
    assert.match(problem.type, /invalid-request$/);
  }
});

test('a duplicate or unknown query parameter is invalid', async () => {
  for (const query of [
    'limit=1&limit=2',
    'limits=1',
    'limit=',
    'limit=0',
    'limit=101',
    'limit=1e1',
    'limit=-1',
  ])
    assert.equal((await call(`${url}/things?${query}`)).status, 400, query);
});

// Each path, and the place in its problem. Some routes declare their parameters and some do not.
const UNFIT: [string, string][] = [
  ['/texts?text=%00', '/text'],
  ['/texts?text=a%00b&list=b', '/text'],
  ['/texts?a%00b=1', '/a\0b'],
  ['/texts?text=%ED%A0%80', '/text'],
  ['/texts?text=a&list=%ED%B0%80%ED%A0%80', '/list'],
  ['/texts?%ED%A0%80=1', '/%ED%A0%80'],
  ['/texts?text=%', '/text'],
  ['/texts?text=%zz', '/text'],
  ['/texts?text=%F0%9F', '/text'],
  ['/texts?text=%C0%80', '/text'],
  ['/texts?cursor=WyJhIiwiXHUwMDAwIl0', '/cursor/1'],
  ['/texts?cursor=WyJhIiwiXHVkODAwIl0', '/cursor/1'],
  ['/texts?__proto__=1', '/__proto__'],
  ['/livez?a=%00', '/a'],
  ['/things/a%00b', '/id'],
  ['/fails/a%00b', '/how'],
  ['/things/%ED%A0%80', ''],
];

for (const [path, place] of UNFIT) {
  test(`${path} contains invalid text, and is refused at ${JSON.stringify(place)}`, async () => {
    const { status, body } = await call(`${url}${path}`);

    assert.equal(status, 400);
    assert.match(body.type, /invalid-request$/);
    assert.equal(body.errors[0].path, place);
  });
}

test('any other text is accepted unchanged', async () => {
  for (const text of ['%F0%9F%98%80', '%01', '%EF%BF%BF', 'a+b', '%2525', 'a'.repeat(8_000)]) {
    const { status, body } = await call(`${url}/texts?text=${text}`);
    assert.equal(status, 200, text);
    assert.equal(body.text, decodeURIComponent(text.replaceAll('+', ' ')));
  }
});

test('a page has a link to the next page, and the last page has none', async () => {
  const first = await call(`${url}/things?limit=2`);
  const [, link] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await call(`${url}${link}`);
  const last = await call(`${url}/things?limit=2&after=${second.body.next}`);

  assert.deepEqual(
    [first, second, last].map(({ body }) => body.items.map(({ code }: { code: string }) => code)),
    [['A', 'B'], ['C', 'D'], ['E']],
  );
  assert.equal(last.body.next, null);
  assert.equal(last.headers.get('link'), null);
});

test('a full page without further items has no next page', async () => {
  assert.equal((await call(`${url}/things?limit=5`)).body.next, null);
});

test('a forged cursor is invalid', async () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const after of ['', 'x', 'e30', encode({ code: 'A' }), encode(`'; drop table`), encode(1), '%F0%9F'])
    assert.equal((await call(`${url}/things?after=${after}`)).status, 400, after);
});

test('a client that has the current version already gets no body', async () => {
  const known = (tag: string) => call(`${url}/things/1`, 'GET', { headers: { 'if-none-match': tag } });

  assert.equal((await known('"7"')).status, 304);
  assert.equal((await known('W/"7"')).status, 304);
  assert.equal((await known('"6", "7"')).status, 304);
  assert.equal((await known('*')).status, 304);
  assert.equal((await known('"7"')).text, '');
  const other = await known('"6"');
  assert.equal(other.status, 200);
  assert.equal(other.headers.get('etag'), '"7"');
});
