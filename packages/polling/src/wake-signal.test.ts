import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWakeSignal } from './wake-signal.ts';

const LONG_MS = 60_000;

test('notify ends the current wait', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const wakeSignal = createWakeSignal();
  const waiting = wakeSignal.wait(LONG_MS);

  wakeSignal.notify();

  await waiting;
});

test('notify without a wait ends the next wait at once, and only that one, however often it was called', async (t) => {
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

test('without notify a wait ends after its timeout', async (t) => {
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
