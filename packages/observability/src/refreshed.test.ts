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
  now = 39;
  assert.equal(value(), 1);
  now = 40;
  assert.equal(value(), undefined);
  assert.equal(readings, 2);
});

test('collections at long intervals get the reading of the one before', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let readings = 0;
  const value = refreshed(async () => ++readings, 10);

  value();
  for (const expected of [1, 2, 3]) {
    await settle();
    now += 60;
    assert.equal(value(), expected);
  }
});

test('each collection begins a reading when it comes later than everyMs, however long the reading before took', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let readings = 0;
  const value = refreshed(async () => {
    now += 2;
    return ++readings;
  }, 9);

  for (let collections = 1; collections <= 3; collections++) {
    value();
    await settle();
    assert.equal(readings, collections);
    now += 8;
  }
});
