import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWakeSignal } from './wake-signal.ts';

const LONG_MS = 60_000;

test('a ring ends the wait that is under way', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const wakeSignal = createWakeSignal();
  const waiting = wakeSignal.wait(LONG_MS);

  wakeSignal.notify();

  await waiting;
});

test('a ring that nobody waited for ends the next wait at once, however often it rang', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const wakeSignal = createWakeSignal();
  wakeSignal.notify();
  wakeSignal.notify();

  await wakeSignal.wait(LONG_MS);

  let ended = false;
  const next = wakeSignal.wait(LONG_MS).then(() => {
    ended = true;
  });
  await Promise.resolve();
  assert.equal(ended, false);
  t.mock.timers.tick(LONG_MS);
  await next;
});

test('without a ring a wait ends when its time is over', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const wakeSignal = createWakeSignal();
  let ended = false;
  const waiting = wakeSignal.wait(100).then(() => {
    ended = true;
  });

  t.mock.timers.tick(99);
  await Promise.resolve();
  assert.equal(ended, false);
  t.mock.timers.tick(1);
  await waiting;
});
