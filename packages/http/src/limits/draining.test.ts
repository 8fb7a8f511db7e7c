import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { closeConnections } from './draining.ts';

test('a server that closes gives its last answer, and keeps no connection open after it', async () => {
  const app = fastify();
  closeConnections(app, 0);
  const asked = Promise.withResolvers<void>();
  const mayAnswer = Promise.withResolvers<void>();
  app.get('/', async () => {
    asked.resolve();
    await mayAnswer.promise;
    return { answer: 42 };
  });
  app.addHook('preClose', async () => mayAnswer.resolve());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  const answer = fetch(url);
  await asked.promise;
  const closed = app.close();
  const response = await answer;
  assert.equal(response.headers.get('connection'), 'close');
  assert.deepEqual(await response.json(), { answer: 42 });
  await closed;
});
