import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { openLagReader } from './lag.ts';

const groups = Promise.resolve([{ group: 'order', topics: ['payment.events' as const] }]);

test('where Kafka accepts connections and never responds, the lag is unknown after a limit', async (t) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const readLag = openLagReader({ brokers: `127.0.0.1:${port}` }, { withinMs: 200 });

  const began = performance.now();
  assert.equal(await readLag(groups), 'Kafka gave no answer within 0.2 s');
  assert.ok(performance.now() - began < 3_000);
});

test('where the groups are unknown, their error is the reason', async () => {
  const readLag = openLagReader({ brokers: '127.0.0.1:1' });
  assert.equal(await readLag(Promise.reject(new Error('no name'))), 'no name');
});
