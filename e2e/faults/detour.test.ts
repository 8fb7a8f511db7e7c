import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { atTheEnd, eventually } from '@repo/testing';
import { openDetour } from './detour.ts';

const server = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
await once(server, 'listening');
const detour = await openDetour((server.address() as { port: number }).port);
atTheEnd(async () => {
  await detour.close();
  server.close();
});

/** A connection by way of the detour, and what has come back over it. */
async function dial(): Promise<{ socket: Socket; heard: () => string; isClosed: () => boolean }> {
  const socket = connect(detour.port, '127.0.0.1');
  let heard = '';
  let isClosed = false;
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  atTheEnd(() => socket.destroy());
  await eventually(() => isClosed || !socket.connecting);
  return { socket, heard: () => heard, isClosed: () => isClosed };
}

test('what is sent comes to the server and back, in order, also while it is held up', async () => {
  const { socket, heard } = await dial();
  socket.write('one ');
  await eventually(() => heard() === 'one ');
  detour.delay(60);
  const sentAt = performance.now();
  for (const word of ['two ', 'three ', 'four']) socket.write(word);
  await eventually(() => heard() === 'one two three four');
  assert.ok(performance.now() - sentAt >= 115, 'both ways are slow');
  detour.mend();
});

test('while it is frozen nothing comes through and nothing is closed; then all of it does', async () => {
  const { socket, heard, isClosed } = await dial();
  const other = await dial();
  detour.freeze();
  socket.write('held up');
  other.socket.destroy();
  const late = await dial();
  late.socket.write('late');
  await eventually(() => late.socket.bytesWritten > 0);
  assert.deepEqual([heard(), late.heard(), isClosed()], ['', '', false]);
  detour.mend();
  await eventually(() => heard() === 'held up' && late.heard() === 'late');
});

test('a reset breaks what is open, and nothing else', async () => {
  const before = await dial();
  detour.reset();
  await eventually(before.isClosed);
  const { socket, heard } = await dial();
  socket.write('again');
  await eventually(() => heard() === 'again');
});

test('while it is cut nobody comes through', async () => {
  const before = await dial();
  detour.cut();
  await eventually(before.isClosed);
  const during = await dial();
  await eventually(during.isClosed);
  detour.mend();
  const { socket, heard } = await dial();
  socket.write('back');
  await eventually(() => heard() === 'back');
});
