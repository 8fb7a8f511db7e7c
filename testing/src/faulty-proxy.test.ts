import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { atTheEnd } from './at-the-end.ts';
import { eventually } from './eventually.ts';
import { createFaultyProxy } from './faulty-proxy.ts';

const server = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
await once(server, 'listening');
atTheEnd(() => server.close());
const proxy = await createFaultyProxy(`tcp://127.0.0.1:${(server.address() as { port: number }).port}/path`);

/** A connection through the proxy, and what it has received from the server, which sends everything back. */
async function dial(): Promise<{ socket: Socket; received: () => string; isClosed: () => boolean }> {
  const socket = connect(proxy.port, '127.0.0.1');
  let received = '';
  let isClosed = false;
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  atTheEnd(() => socket.destroy());
  await eventually(() => isClosed || !socket.connecting);
  return { socket, received: () => received, isClosed: () => isClosed };
}

test('the URL is that of the server, with another address', () => {
  assert.equal(proxy.url, `tcp://127.0.0.1:${proxy.port}/path`);
});

test('bytes reach the server and come back in order, also while they are delayed', async () => {
  const { socket, received } = await dial();
  socket.write('one ');
  await eventually(() => received() === 'one ');
  proxy.delay(60);
  const sentAt = performance.now();
  for (const word of ['two ', 'three ', 'four']) socket.write(word);
  await eventually(() => received() === 'one two three four');
  assert.ok(performance.now() - sentAt >= 115, 'both directions are slow');
  await proxy.restore();
});

test('while the proxy is frozen, nothing passes and nothing is closed; afterwards everything passes', async () => {
  const { socket, received, isClosed } = await dial();
  const other = await dial();
  proxy.freeze();
  socket.write('delayed');
  other.socket.destroy();
  const late = await dial();
  late.socket.write('late');
  await eventually(() => late.socket.bytesWritten > 0);
  assert.deepEqual([received(), late.received(), isClosed()], ['', '', false]);
  await proxy.restore();
  await eventually(() => received() === 'delayed' && late.received() === 'late');
});

test('when only the open connections are frozen, a new connection works', async () => {
  const before = await dial();
  proxy.freezeOpen();
  before.socket.write('silent');
  const { socket, received } = await dial();
  socket.write('new');
  await eventually(() => received() === 'new');
  assert.equal(before.received(), '');
  await proxy.restore();
  await eventually(() => before.received() === 'silent');
});

test('a reset breaks the open connections, and nothing else', async () => {
  const before = await dial();
  proxy.reset();
  await eventually(before.isClosed);
  const { socket, received } = await dial();
  socket.write('again');
  await eventually(() => received() === 'again');
});

test('while the proxy rejects, each connection is counted and reset', async () => {
  const before = await dial();
  proxy.reject();
  await eventually(before.isClosed);
  const count = proxy.connections();
  const during = await dial();
  await eventually(during.isClosed);
  assert.equal(proxy.connections(), count + 1);
  await proxy.restore();
  const { socket, received } = await dial();
  socket.write('back');
  await eventually(() => received() === 'back');
});

test('while the proxy is cut, every connection is refused', async () => {
  const before = await dial();
  proxy.cut();
  await eventually(before.isClosed);
  const count = proxy.connections();
  const during = await dial();
  await eventually(during.isClosed);
  assert.equal(proxy.connections(), count);
  await proxy.restore();
  const { socket, received } = await dial();
  socket.write('back');
  await eventually(() => received() === 'back');
});
