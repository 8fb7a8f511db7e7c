import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '@tenfold/testing';
import { post, token, url } from './server-under-test.ts';

const TOO_LARGE = JSON.stringify({ sku: 'A'.repeat(64 * 1024) });

// Each request has every fault that comes after its own, so that an answer shows which one is looked at first.
const CHECKS: [string, string, () => ReturnType<typeof call>][] = [
  ['the path', '404 not-found', () => call(`${url}/nowhere`, 'POST', { token: 'wrong', body: TOO_LARGE })],
  [
    'the method',
    '405 method-not-allowed',
    () => call(`${url}/stock`, 'PUT', { token: 'wrong', body: TOO_LARGE }),
  ],
  ['the token', '401 unauthenticated', () => post({ token: 'wrong', body: TOO_LARGE })],
  ['the scope', '403 forbidden', () => post({ body: TOO_LARGE }, '/stock')],
  ['the size', '413 payload-too-large', () => post({ body: TOO_LARGE, headers: { 'x-refuse-key': '1' } })],
  [
    'the media type',
    '415 unsupported-media-type',
    () => post({ body: '{', headers: { 'content-type': 'text/plain', 'x-refuse-key': '1' } }),
  ],
  ['the JSON', '400 invalid-request', () => post({ body: '{', headers: { 'x-refuse-key': '1' } })],
  [
    'what the route asks before the values',
    '400 idempotency-key-invalid',
    () => post({ body: {}, headers: { 'x-refuse-key': '1' } }),
  ],
  ['the values of the path', '400 invalid-request', () => post({}, '/things/no-uuid')],
  ['the values of the body', '400 invalid-request', () => post({ body: {} })],
  ['nothing, where all is well', '200 ', () => post()],
];

for (const [check, expected, send] of CHECKS) {
  test(`in the order of the checks comes ${check}: ${expected}`, async () => {
    const { status, body } = await send();

    assert.equal(`${status} ${(body.type ?? '').split('/').at(-1)}`, expected);
  });
}

test('a path that takes other methods names them', async () => {
  const { headers } = await call(`${url}/things`, 'DELETE', { token });

  assert.equal(headers.get('allow'), 'GET, HEAD');
});

test('a path with a parameter that takes other methods names them', async () => {
  const { status, headers } = await call(`${url}/things/1`, 'PATCH', { token });

  assert.equal(status, 405);
  assert.deepEqual(headers.get('allow')?.split(', ').sort(), ['GET', 'HEAD', 'POST']);
});

test('OPTIONS is a method like another: refused where no route takes it', async () => {
  const { status, headers } = await call(`${url}/stock`, 'OPTIONS');

  assert.equal(status, 405);
  assert.equal(headers.get('allow'), 'POST');
});

test('HEAD answers as GET would, without the body', async () => {
  const { status, text, headers } = await call(`${url}/things`, 'HEAD');

  assert.equal(status, 200);
  assert.equal(text, '');
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
});

test('a body of two megabytes is refused', async () => {
  const { status } = await post({ body: JSON.stringify({ sku: 'A'.repeat(2 * 1024 * 1024) }) });

  assert.equal(status, 413);
});

test('a path that cannot be decoded is not valid', async () => {
  const { status, body, headers } = await call(`${url}/things/%E0%A4%A`);

  assert.equal(status, 400);
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.match(body.type, /invalid-request$/);
});
