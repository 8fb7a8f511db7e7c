import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { call } from '@repo/testing';
import { post, token, url } from './server-under-test.ts';

const TOO_LARGE = JSON.stringify({ code: 'A'.repeat(64 * 1024) });

// Each request also has every fault of the checks after its own, so that the response shows which check is first.
const CHECKS: [string, string, () => ReturnType<typeof call>][] = [
  ['the path', '404 not-found', () => call(`${url}/nowhere`, 'POST', { token: 'wrong', body: TOO_LARGE })],
  [
    'the method',
    '405 method-not-allowed',
    () => call(`${url}/guarded`, 'PUT', { token: 'wrong', body: TOO_LARGE }),
  ],
  ['the token', '401 unauthenticated', () => post({ token: 'wrong', body: TOO_LARGE })],
  ['the scope', '403 forbidden', () => post({ body: TOO_LARGE }, '/guarded')],
  ['the size', '413 payload-too-large', () => post({ body: TOO_LARGE, headers: { 'x-refuse-key': '1' } })],
  [
    'the media type',
    '415 unsupported-media-type',
    () => post({ body: '{', headers: { 'content-type': 'text/plain', 'x-refuse-key': '1' } }),
  ],
  ['the JSON', '400 invalid-request', () => post({ body: '{', headers: { 'x-refuse-key': '1' } })],
  [
    'preValidation',
    '400 idempotency-key-invalid',
    () => post({ body: {}, headers: { 'x-refuse-key': '1' } }),
  ],
  ['the values of the path', '400 invalid-request', () => post({}, '/things/no-uuid')],
  ['the values of the body', '400 invalid-request', () => post({ body: {} })],
  ['no fault', '200 ', () => post()],
];

for (const [check, expected, send] of CHECKS) {
  test(`the checks are made in order; ${check}: ${expected}`, async () => {
    const { status, body } = await send();

    assert.equal(`${status} ${(body.type ?? '').split('/').at(-1)}`, expected);
  });
}

test('the refusal of a method names the methods of the path', async () => {
  const { headers } = await call(`${url}/things`, 'DELETE', { token });

  assert.equal(headers.get('allow'), 'GET, HEAD');
});

test('the refusal of a method names the methods of a path with a parameter', async () => {
  const { status, headers } = await call(`${url}/things/1`, 'PATCH', { token });

  assert.equal(status, 405);
  assert.deepEqual(headers.get('allow')?.split(', ').sort(), ['GET', 'HEAD', 'POST']);
});

test('OPTIONS is refused on a path without such a route, like any method', async () => {
  const { status, headers } = await call(`${url}/guarded`, 'OPTIONS');

  assert.equal(status, 405);
  assert.equal(headers.get('allow'), 'POST');
});

/** Sends a request line unchanged, which fetch would normalise; resolves with the status and the Allow header. */
function requestLine(method: string, target: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ port, method, path: target, host: '127.0.0.1' }, (response) => {
      const { allow = '' } = response.headers;
      const isProblem = response.headers['content-type']?.startsWith('application/problem+json');
      response
        .resume()
        .on('end', () => resolve(`${response.statusCode} ${allow}${isProblem ? '' : ' (no problem)'}`));
    })
      .on('error', reject)
      .end();
  });
}

const ROUTED: [string, string, string][] = [
  ['PUT', '/things', '405 GET, HEAD'],
  ['PUT', '/%74hings', '405 GET, HEAD'],
  ['PUT', 'http://any-host/things', '405 GET, HEAD'],
  ['PUT', 'http://any-host:80/things?a=b', '405 GET, HEAD'],
  ['PATCH', '/things/a%2Fb', '405 GET, HEAD, POST'],
  ['PATCH', '/things/a;b', '405 GET, HEAD, POST'],
  ['PATCH', `/things/${'a'.repeat(8_000)}`, '405 GET, HEAD, POST'],
  ['HEAD', '/guarded', '405 POST'],
  ['OPTIONS', '/guarded', '405 POST'],
  ['TRACE', '/guarded', '405 POST'],
  ['PROPFIND', '/guarded', '405 POST'],
  ['QUERY', '/guarded', '405 POST'],
  ['POST', '/openapi.json', '405 GET, HEAD'],
  ['GET', '/openapi-json', '404 '],
  ['POST', '/openapiXjson', '404 '],
  ['GET', '/Things', '404 '],
  ['PUT', '/things/', '405 GET, HEAD, POST'],
  ['PUT', '/things//', '404 '],
  ['PUT', '//things', '404 '],
  ['PUT', '/things;a', '404 '],
  ['PUT', '/things%2F1', '404 '],
  ['PUT', '/things%3Fa', '404 '],
  ['GET', 'http://any-host/nowhere', '404 '],
  ['OPTIONS', '*', '404 '],
  ['PUT', '/things/%E0%A4%A', '400 '],
  ['PROPFIND', '/things/%ED%A0%80', '400 '],
];

for (const [method, target, expected] of ROUTED) {
  test(`${method} ${target.slice(0, 40)} returns ${expected}`, async () => {
    assert.equal(await requestLine(method, target), expected);
  });
}

test('HEAD returns the headers of GET, without the body', async () => {
  const { status, text, headers } = await call(`${url}/things`, 'HEAD');

  assert.equal(status, 200);
  assert.equal(text, '');
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
});

test('a body of two megabytes is refused', async () => {
  const { status } = await post({ body: JSON.stringify({ code: 'A'.repeat(2 * 1024 * 1024) }) });

  assert.equal(status, 413);
});

test('a path that cannot be decoded is invalid', async () => {
  const { status, body, headers } = await call(`${url}/things/%E0%A4%A`);

  assert.equal(status, 400);
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.match(body.type, /invalid-request$/);
});
