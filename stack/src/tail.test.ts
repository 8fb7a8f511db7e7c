import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openTail } from './tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'tail-'));
after(() => rmSync(folder, { recursive: true }));

test('each reading answers the whole lines that are new, also across a cut letter', () => {
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
