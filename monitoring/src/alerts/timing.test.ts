import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, timing } from './timing.ts';

test('durations are written in the largest unit that fits', () => {
  assert.deepEqual([30, 300, 5_400, 3_600, 259_200, 0.5].map(duration), [
    '30s',
    '5m',
    '90m',
    '1h',
    '3d',
    '500ms',
  ]);
});

test('a speed of 60 makes hours minutes, and no window shorter than five seconds', () => {
  const { window, wait, seconds, intervalSeconds } = timing(60);
  assert.deepEqual([window('1h'), window('5m'), window('1m'), window('3d')], ['1m', '5s', '5s', '72m']);
  assert.deepEqual([wait('5m'), wait('1m'), seconds('15m'), intervalSeconds], ['5s', '1s', 15, 1]);
});

test('a time without a unit is refused', () => {
  assert.throws(() => timing(1).window('60'), /unlike "60"/);
});
