import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Failure } from '../failure.ts';
import { requestToken } from './request-token.ts';
import { expected, itemsOf, send } from './send.ts';

let answer = { status: 200, text: '' };
let url = '';
const server = createServer((_, response) => response.writeHead(answer.status).end(answer.text));

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
after(() => server.close());

const STRANGE = ['', 'null', '7', '[null]', 'no JSON', '{"items":null}', '{"items":{"a":1}}'];

for (const text of STRANGE) {
  test(`an answer of ${text || 'nothing'} has no items and no token, in one sentence`, async () => {
    answer = { status: 200, text };
    const got = await send(url);
    assert.equal(expected(got, 200), got);
    assert.throws(() => itemsOf(got), { name: 'Failure', message: /^The answer has no items/ });
    await assert.rejects(requestToken(url, { subject: 'c' }), {
      name: 'Failure',
      message: /has no token_endpoint/,
    });
  });
}

test('items that are no objects are left out', async () => {
  answer = { status: 200, text: '{"items":[null,{"id":1},7,[]]}' };
  assert.deepEqual(itemsOf(await send(url)), [{ id: 1 }]);
});

test('a problem of any form is reported, and cannot move the cursor', async () => {
  const messageOf = async (text: string) => {
    answer = { status: 400, text };
    const got = await send(url);
    try {
      return expected(got, 200);
    } catch (error) {
      assert.ok(error instanceof Failure);
      return error.message;
    }
  };
  assert.equal(await messageOf('Bad \u001b[2JRequest'), 'The answer was 400: Bad \\x1b[2JRequest');
  assert.equal(await messageOf('{"title":null,"detail":{"a":1},"errors":7}'), 'The answer was 400: {"a":1}');
  const errors = '[null,{"path":"/a","message":"no\\u202e"}]';
  assert.equal(
    await messageOf(`{"title":"Bad","detail":"d","errors":${errors}}`),
    'Bad: d\n  /a: no\\xe2\\x80\\xae',
  );
});
