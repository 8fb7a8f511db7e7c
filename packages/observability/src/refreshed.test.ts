import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refreshed } from './refreshed.ts';

const settle = () => new Promise(setImmediate);

test('a value is read in the background, and kept until it is too old', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let readings = 0;
  const value = refreshed(async () => ++readings, 10);

  assert.equal(value(), undefined, 'the first collection waits for nobody');
  await settle();
  assert.equal(value(), 1);
  now = 9;
  assert.equal(value(), 1);
  now = 10;
  assert.equal(value(), 1, 'the next reading begins, and this collection takes the last value');
  await settle();
  assert.equal(value(), 2);
});

test('a reading that fails leaves no value, and the next one is tried', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let isDown = false;
  const value = refreshed(async () => {
    if (isDown) throw new Error('unavailable');
    return 42;
  }, 10);
  value();
  await settle();
  assert.equal(value(), 42);

  [isDown, now] = [true, 10];
  value();
  await settle();
  assert.equal(value(), undefined);

  [isDown, now] = [false, 20];
  value();
  await settle();
  assert.equal(value(), 42);
});

test('while a reading hangs no other begins, and the last value is forgotten', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let readings = 0;
  const value = refreshed(() => (++readings === 1 ? Promise.resolve(1) : new Promise<number>(() => {})), 10);
  value();
  await settle();

  now = 10;
  assert.equal(value(), 1);
  now = 29;
  assert.equal(value(), 1);
  now = 30;
  assert.equal(value(), undefined);
  assert.equal(readings, 2);
});
