import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { closeConnections } from './draining.ts';

test('a server that closes sends its last response, and closes the connection after it', async () => {
  const app = fastify();
  closeConnections(app, 0);
  const requested = Promise.withResolvers<void>();
  const mayRespond = Promise.withResolvers<void>();
  app.get('/', async () => {
    requested.resolve();
    await mayRespond.promise;
    return { answer: 42 };
  });
  app.addHook('preClose', async () => mayRespond.resolve());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  const pending = fetch(url);
  await requested.promise;
  const closed = app.close();
  const response = await pending;
  assert.equal(response.headers.get('connection'), 'close');
  assert.deepEqual(await response.json(), { answer: 42 });
  await closed;
});
