import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSchedule } from './schedule.ts';

test('due items are removed once, the earliest first, and never before their time', () => {
  const schedule = createSchedule<string>(1_000);
  schedule.add('third', 1_045);
  schedule.add('first', 1_000);
  schedule.add('second', 1_030.4);

  assert.deepEqual(schedule.removeDue(1_000), ['first']);
  assert.deepEqual(schedule.removeDue(1_030.5), []);
  assert.deepEqual(schedule.removeDue(1_044.9), ['second']);
  assert.deepEqual(schedule.removeDue(1_050), ['third']);
  assert.deepEqual(schedule.removeDue(9_000), []);
});

test('an item whose time has passed is due at the next call', () => {
  const schedule = createSchedule<string>(0);
  schedule.removeDue(500);

  schedule.add('late', 100);

  assert.deepEqual(schedule.removeDue(500.9), []);
  assert.deepEqual(schedule.removeDue(501), ['late']);
});
