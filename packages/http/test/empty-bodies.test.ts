import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { atTheEnd } from '@repo/testing';
import { z } from 'zod';
import { createServer, token } from './server-under-test.ts';

let performed = 0;
const app = await createServer();
app.route({
  method: ['POST', 'DELETE'],
  url: '/',
  config: { access: 'authenticated' },
  schema: { body: z.strictObject({ a: z.int().optional() }).default({ a: 0 }) },
  handler: async (request) => {
    performed++;
    return request.body ?? 'nothing';
  },
});
atTheEnd(() => app.close());
const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));

/** Sends a body in the given chunks; resolves with the status and the body of the response. */
function send(
  headers: Record<string, string>,
  chunks: AsyncIterable<string> | string[] = [],
  method = 'POST',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${token}`, ...headers };
    const sent = request({ host: '127.0.0.1', port, method, headers: all }, (response) => {
      let text = '';
      response
        .on('data', (chunk) => (text += chunk))
        .on('end', () => resolve(`${response.statusCode} ${text}`));
    });
    sent.on('error', reject);
    void (async () => {
      sent.flushHeaders();
      for await (const chunk of chunks) sent.write(chunk);
      sent.end();
    })();
  });
}

const chunked = { 'transfer-encoding': 'chunked' };

for (const type of [undefined, 'application/json', 'text/plain', 'no type at all', ''])
  for (const framing of [chunked, { 'content-length': '0' }, { 'content-length': '00' }])
    test(`an empty body of the type ${type} with ${JSON.stringify(framing)} is no body`, async () => {
      const headers = { ...framing, ...(type !== undefined && { 'content-type': type }) };
      assert.equal(await send(headers), '200 {"a":0}');
      assert.equal(await send(headers, [], 'DELETE'), '200 {"a":0}');
    });

test('a chunked body is read completely, however late its chunks arrive', async () => {
  const json = { ...chunked, 'content-type': 'application/json' };
  async function* slowly() {
    for (const chunk of ['{"a"', ':4', '2}']) {
      await new Promise((resolve) => setImmediate(resolve));
      yield chunk;
    }
  }
  assert.equal(await send(json, ['{"a":', '42}']), '200 {"a":42}');
  assert.equal(await send(json, slowly()), '200 {"a":42}');
});

test('a body that is not empty needs its type, in chunks too', async () => {
  assert.match(await send(chunked, ['{}']), /^415 .*unsupported-media-type/);
  assert.match(await send({ ...chunked, 'content-type': 'text/plain' }, ['{}']), /^415 /);
  assert.match(await send({ 'content-length': '2' }, ['{}']), /^415 /);
});

test('a chunked body that is too large is refused', async () => {
  const json = { ...chunked, 'content-type': 'application/json' };
  assert.match(await send(json, [`"${'a'.repeat(40_000)}`, 'b'.repeat(40_000)]), /^413 /);
});

test('a body that breaks off before it begins is not an empty body: the handler does not run', async () => {
  const before = performed;
  for (const rest of ['', 'zz\r\n', '1']) {
    const socket = connect(Number(port), '127.0.0.1');
    const closed = once(socket, 'close');
    const head = `POST / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n`;
    socket.end(`${head}transfer-encoding: chunked\r\n\r\n${rest}`).resume();
    await closed;
  }
  assert.equal(await send({}), '200 {"a":0}');
  assert.equal(performed, before + 1);
});
