import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { atTheEnd, call, eventually } from '@repo/testing';
import type { HttpOptions, HttpServer } from '../src/index.ts';

import { createServer, token } from './server-under-test.ts';

const gate = { open: Promise.withResolvers<void>(), begun: Promise.withResolvers<void>() };
const begun = Promise.withResolvers<ServerResponse>();
const app = await createServerOfThings();
app.get('/slow', { config: { access: 'public' } }, async () => {
  gate.begun.resolve();
  await gate.open.promise;
  return { slow: true };
});
app.get('/begun', { config: { access: 'public' } }, async (_request, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-length': '10' }).write('begun');
  begun.resolve(reply.raw);
});
app.post('/private', { config: { access: 'authenticated' } }, async () => ({}));
const port = await listen(app);
/** The port of a server where a request must arrive within half a second. */
const impatientPort = await listen(await createServerOfThings({ requestMs: 500 }));

async function createServerOfThings(options: Partial<HttpOptions> = {}): Promise<HttpServer> {
  const server = await createServer(options);
  server.route({
    method: ['GET', 'POST'],
    url: '/things',
    config: { access: 'public' },
    handler: async () => ({ answer: 42 }),
  });
  return server;
}

async function listen(server: HttpServer): Promise<number> {
  atTheEnd(() => server.close());
  return Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
}

async function open(to = port): Promise<Socket> {
  const socket = connect(to, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Sends text unchanged; resolves with everything received until the server closes the connection. */
async function send(request: string, to = port): Promise<string> {
  const socket = await open(to);
  socket.write(request);
  return text(socket);
}

/** Parses the last of the received responses. */
function lastResponse(received: string) {
  const last = received.split(/(?=HTTP\/1\.1 \d{3} )/).at(-1) ?? '';
  const [head = '', body = ''] = last.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(/: (.*)/s)));
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

function assertProblem(received: string, expected: string): void {
  const { status, headers, body } = lastResponse(received);
  const problem = JSON.parse(body);
  assert.equal(`${status} ${problem.type.split('/').at(-1)}`, expected);
  assert.match(headers['content-type'] ?? '', /^application\/problem\+json/);
  assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
  assert.match(headers['x-request-id'] ?? '', /^[\w.:-]+$/);
  assert.match(headers.traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  assert.equal(problem.traceId, headers.traceparent.split('-')[1]);
  assert.equal(problem.status, status);
  assert.equal(headers.connection, 'close');
}

const GET = 'GET /things HTTP/1.1\r\nhost: a\r\n';
const POST = 'POST /things HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

const REFUSED: [string, string, string][] = [
  ['headers that are too large', `${GET}x: ${'a'.repeat(20_000)}\r\n\r\n`, '431 headers-too-large'],
  ['many headers', `${GET}${'x: y\r\n'.repeat(5_000)}\r\n`, '431 headers-too-large'],
  ['a URL that is too large', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, '431 headers-too-large'],
  ['an unknown method', 'FROB /things HTTP/1.1\r\nhost: a\r\n\r\n', '400 invalid-request'],
  ['a method in lower case', 'get /things HTTP/1.1\r\nhost: a\r\n\r\n', '400 invalid-request'],
  ['no HTTP at all', 'hello\r\n\r\n', '400 invalid-request'],
  ['bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 invalid-request'],
  ['another version', 'GET /things HTTP/9.9\r\nhost: a\r\n\r\n', '400 invalid-request'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 invalid-request'],
  ['a header without a colon', `${GET}nonsense\r\n\r\n`, '400 invalid-request'],
  ['a space before a colon', `${GET}x : y\r\n\r\n`, '400 invalid-request'],
  ['U+0000 in a header', `${GET}x: a\0b\r\n\r\n`, '400 invalid-request'],
  ['an invalid length', `${POST}content-length: x\r\n\r\n`, '400 invalid-request'],
  ['a length below zero', `${POST}content-length: -1\r\n\r\n`, '400 invalid-request'],
  ['two lengths', `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, '400 invalid-request'],
  [
    'a length and chunks',
    `${POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
    '400 invalid-request',
  ],
  ['an unknown encoding', `${POST}transfer-encoding: gzip\r\n\r\n`, '400 invalid-request'],
  [
    'a chunk without its size',
    `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
    '400 invalid-request',
  ],
  [
    'an invalid chunk after a valid one',
    `${POST}transfer-encoding: chunked\r\n\r\n1\r\n{\r\nzz\r\n`,
    '400 invalid-request',
  ],
  [
    'extensions of chunks that are too large',
    `${POST}transfer-encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n`,
    '413 payload-too-large',
  ],
  ['no Host', 'GET /things HTTP/1.1\r\n\r\n', '400 invalid-request'],
  ['no Host, and no route', 'GET /nowhere HTTP/1.1\r\n\r\n', '400 invalid-request'],
  ['two Hosts', `${GET}Host: b\r\n\r\n`, '400 invalid-request'],
  ['the same Host twice', `${GET}HOST: a\r\n\r\n`, '400 invalid-request'],
  ['an invalid Host', 'GET /things HTTP/1.1\r\nhost: a/b\r\n\r\n', '400 invalid-request'],
  ['a Host with a user', 'GET /things HTTP/1.1\r\nhost: me@a\r\n\r\n', '400 invalid-request'],
  ['an unknown expectation', `${GET}expect: the-moon\r\n\r\n`, '417 expectation-failed'],
  ['CONNECT to a host', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n', '404 not-found'],
  ['CONNECT to a path', 'CONNECT /things HTTP/1.1\r\nhost: a\r\n\r\n', '405 method-not-allowed'],
  ['CONNECT and more bytes', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n\x16\x03\x01', '404 not-found'],
];

for (const [fault, request, expected] of REFUSED) {
  test(`a request with ${fault} gets ${expected}, and the connection is closed`, async () => {
    assertProblem(await send(request), expected);
  });
}

test('a request that does not arrive in time gets 408', async () => {
  // A server that was held up may not have read a byte when the time is over: then it closes without a response.
  for (const part of ['GET /th', GET, `${POST}content-length: 10\r\n\r\n{`, '\r\n'])
    await eventually(async () => {
      assertProblem(await send(part, impatientPort), '408 request-timeout');
      return true;
    });
});

test('a connection without any bytes is closed without a response', async () => {
  const socket = await open(impatientPort);

  assert.equal(await text(socket), '');
});

test('the response to a refused request has its id, trace and path, as far as Node could read them', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const known = `x-request-id: mine\r\ntraceparent: 00-${traceId}-b7ad6b7169203331-01\r\n`;
  for (const rest of ['expect: the-moon\r\n\r\n', 'transfer-encoding: chunked\r\n\r\nzz\r\n']) {
    const { headers, body } = lastResponse(await send(`${POST}${known}${rest}`));
    assert.equal(headers['x-request-id'], 'mine');
    assert.match(headers.traceparent ?? '', new RegExp(`^00-${traceId}-`));
    assert.equal(JSON.parse(body).instance, '/things');
  }
});

test('an invalid request after a valid one is refused after the response to the valid one', async () => {
  const received = await send(`${GET}\r\nnonsense\r\n\r\n`);

  assert.match(received, /^HTTP\/1\.1 200 OK.*{"answer":42}HTTP\/1\.1 400 Bad Request/s);
  assertProblem(received, '400 invalid-request');
});

test('a slow request gets its response, in spite of an invalid request after it', async () => {
  const socket = await open();
  const received = text(socket);
  socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
  await gate.begun.promise;
  socket.write('nonsense\r\n\r\n');
  await call(`http://127.0.0.1:${port}/things`);
  gate.open.resolve();

  assert.match(await received, /{"slow":true}HTTP\/1\.1 400 Bad Request/);
});

test('a refusal is not written into a response that has begun', async () => {
  const socket = await open();
  const received = text(socket);
  socket.write('GET /begun HTTP/1.1\r\nhost: a\r\n\r\n');
  const response = await begun.promise;
  socket.write('nonsense\r\n\r\n');
  await call(`http://127.0.0.1:${port}/things`);
  response.end('ended');

  assert.match(await received, /begunendedHTTP\/1\.1 400 Bad Request/);
});

test('a request that was refused before its body arrived gets no second response for the body', async () => {
  const socket = await open();
  socket.write('POST /private HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
  const [first] = await once(socket, 'data');
  const received = text(socket);
  socket.write('zz\r\n');

  assert.match(String(first), /^HTTP\/1\.1 401 /);
  assert.equal(await received.catch(() => ''), '');
});

test('valid requests are accepted: HTTP/1.0 without a Host, an empty Host, a known expectation', async () => {
  const requests = [
    'GET /things HTTP/1.0\r\n\r\n',
    'GET /things HTTP/1.0\r\nexpect: the-moon\r\n\r\n',
    'GET /things HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n',
    'GET /things HTTP/1.1\r\nhost: [::1]:80\r\nconnection: close\r\n\r\n',
    'GET http://b/things HTTP/1.1\r\nhost: a:80\r\nconnection: close\r\n\r\n',
    `${POST}expect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    `${GET}upgrade: websocket\r\nconnection: upgrade, close\r\n\r\n`,
    `\r\n${GET}connection: close\r\n\r\n`,
  ];
  for (const request of requests) assert.match(await send(request), /200 OK.*{"answer":42}$/s, request);
});

test('a client that disconnects within its request does not affect others', async () => {
  for (const part of ['', 'GET', GET, `${POST}content-length: 5\r\n\r\n{`]) {
    const socket = await open();
    socket.write(part);
    socket.resetAndDestroy();
  }
  assert.equal((await call(`http://127.0.0.1:${port}/things`, 'GET', { token })).status, 200);
});
