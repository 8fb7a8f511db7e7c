import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyShare, readMachineTime, timeInProcStat } from './machine-time.ts';

test('iowait is idle, steal is busy, and guests are not counted twice', () => {
  const time = timeInProcStat('cpu  10 20 30 400 50 6 7 8 10 20\ncpu0 1 2 3 4 5 6 7 8 0 0\n');
  assert.deepEqual(time, { idle: 450, total: 531 });
});

test('the busy share is the share that was not idle', () => {
  assert.equal(busyShare({ idle: 100, total: 200 }, { idle: 125, total: 300 }), 0.75);
});

test('this machine has been idle for a part of its time', () => {
  const { idle, total } = readMachineTime();
  assert.ok(idle > 0 && idle < total);
});
