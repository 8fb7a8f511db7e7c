import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { readProcessorSeconds, secondsOf, timeInStat, timesInPs } from './processor-time.ts';

test('the time of a process includes that of its children', () => {
  const times = [
    { pid: 1, parent: 0, seconds: 8 },
    { pid: 2, parent: 1, seconds: 4 },
    { pid: 3, parent: 2, seconds: 2 },
    { pid: 4, parent: 0, seconds: 1 },
  ];
  assert.equal(secondsOf(1, times), 14);
  assert.equal(secondsOf(4, times), 1);
  assert.equal(secondsOf(5, times), 0);
  assert.equal(secondsOf(null, times), 0);
});

test('the name of a program may contain spaces and brackets', () => {
  const stat = '42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 1 0 99 1 2';
  assert.deepEqual(timeInStat(stat), { pid: 42, parent: 7, seconds: 2.5 });
});

test('the times of ps are read with and without hours, days and fractions', () => {
  const table = ['  1  0  0:01.50', '  2  1  12:00', '  3  1  01:00:01', '  4  1  2-00:00:03'].join('\n');
  assert.deepEqual(
    timesInPs(table).map(({ seconds }) => seconds),
    [1.5, 720, 3_601, 172_803],
  );
});

test('the time of a child that has exited counts for its parent', () => {
  const read = () => readProcessorSeconds({ own: process.pid }).own as number;
  const before = read();
  spawnSync(process.execPath, ['-e', 'for (const end = Date.now() + 300; Date.now() < end; );']);
  assert.ok(read() > before);
});
