import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openTail } from './tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'tail-'));
after(() => rmSync(folder, { recursive: true }));

test('each reading returns the new complete lines, also across a cut character', () => {
  const file = join(folder, 'order.log');
  const tail = openTail(file, (line) => line);
  assert.deepEqual(tail.read(), []);
  const umlaut = Buffer.from('grün\n');
  appendFileSync(file, Buffer.concat([Buffer.from('one\n'), umlaut.subarray(0, 3)]));
  assert.deepEqual(tail.read(), ['one']);
  appendFileSync(file, umlaut.subarray(3));
  assert.deepEqual(tail.read(), ['grün']);
});

test('a log that was set aside is read again from its beginning', () => {
  const file = join(folder, 'payment.log');
  writeFileSync(file, 'a long line of the old log\n');
  const tail = openTail(file, (line) => line);
  tail.read();
  writeFileSync(file, 'new\n');
  assert.deepEqual(tail.read(), ['new']);
});

test('a line of any length is read, a very long one by its beginning, and the lines after it are whole', () => {
  const file = join(folder, 'inventory.log');
  const tail = openTail(file, (line) => line);
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 3; i++) {
    appendFileSync(file, megabyte);
    assert.deepEqual(tail.read(), []);
  }
  appendFileSync(file, '\n\nshort\n');

  const [long, short] = tail.read();
  assert.equal(long?.length, 1024 * 1024);
  assert.equal(short, 'short');
});

test('lines of any bytes are read', () => {
  const file = join(folder, 'kafka.log');
  writeFileSync(file, Buffer.from([0xff, 0x00, 0x0a, 0x0a, 0xc3, 0x28, 0x0a]));
  assert.deepEqual(openTail(file, (line) => line).read(), ['\ufffd\0', '\ufffd(']);
});
