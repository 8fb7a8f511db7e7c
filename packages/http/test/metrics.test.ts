import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { atTheEnd, eventually, startMetricReader } from '@repo/testing';

const read = startMetricReader();
const { createServer } = await import('./server-under-test.ts');

const active = async () => (await read('http.server.active_requests'))[0]?.value;

/** The requests of a route by status, and how many there were. */
async function statusesOf(route: string): Promise<unknown[]> {
  const requests = await read('http.server.request.duration');
  return requests
    .filter(({ attributes }) => attributes['http.route'] === route)
    .map(({ attributes, value }) => [attributes['http.response.status_code'], value]);
}

test('a request that is answered is measured with its status, and is active until then', async () => {
  const app = await createServer();
  let activeThen: number | undefined;
  app.get('/v1/answered', { config: { access: 'public' } }, async () => {
    activeThen = await active();
    return {};
  });
  atTheEnd(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  await fetch(`${url}/v1/answered`);

  assert.equal(activeThen, 1);
  await eventually(async () => (await active()) === 0, { what: 'the end of the request' });
  assert.deepEqual(await statusesOf('/v1/answered'), [[200, 1]]);
});

const UNANSWERED: [how: string, route: string, rest: string][] = [
  ['before it is answered', '/v1/unanswered', '\r\n'],
  ['before its body is complete', '/v1/incomplete', 'content-length: 9\r\n\r\n{'],
];

for (const [how, route, rest] of UNANSWERED) {
  test(`a request whose client disconnects ${how} is measured as 499, and is active no more`, async () => {
    const app = await createServer();
    app.post(route, { config: { access: 'public' } }, () => new Promise(() => {}));
    atTheEnd(() => app.close());
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const client = connect(Number(port), '127.0.0.1');
    await once(client, 'connect');

    client.write(`POST ${route} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${rest}`);
    await eventually(async () => (await active()) === 1, { what: 'the beginning of the request' });
    client.destroy();

    await eventually(async () => (await active()) === 0, { what: 'the end of the request' });
    assert.deepEqual(await statusesOf(route), [[499, 1]]);
  });
}
