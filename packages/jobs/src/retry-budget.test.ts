import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRetryBudget } from './retry-budget.ts';

/** How many may be tried again before there is no room left. */
function room(budget: ReturnType<typeof createRetryBudget>): number {
  let tries = 0;
  while (budget.hasRoom()) {
    budget.spend(1);
    tries++;
  }
  return tries;
}

test('ten seconds of retries are there from the start, and then a few come each second', () => {
  let at = 0;
  const budget = createRetryBudget({ perSecond: 10, now: () => at });

  assert.equal(room(budget), 100);
  at = 2_000;
  assert.equal(room(budget), 20);
  at = 3_600_000;
  assert.equal(room(budget), 100);
});

test('what was taken at once beyond the budget is missing later', () => {
  let at = 0;
  const budget = createRetryBudget({ perSecond: 10, now: () => at });
  budget.spend(164);
  at = 6_000;
  assert.equal(room(budget), 0);
  at = 7_000;
  assert.equal(room(budget), 6);
});

test('where retries come to something they bring more of themselves', () => {
  const budget = createRetryBudget({ perSecond: 10, now: () => 0 });
  room(budget);
  for (let tries = 1; tries <= 10; tries++) {
    budget.spend(1);
    budget.earn();
  }
  assert.equal(room(budget), 10);
});

test('where nothing but first tries come to something, each allows for a retry or two', () => {
  const budget = createRetryBudget({ perSecond: 10, now: () => 0 });
  room(budget);
  for (let tries = 1; tries <= 20; tries++) budget.earn();

  assert.equal(room(budget), 40);
});

test('retries that are refused use up nothing, and bring nothing', () => {
  const budget = createRetryBudget({ perSecond: 10, now: () => 0 });
  for (let tries = 1; tries <= 500; tries++) {
    budget.spend(1);
    budget.refund();
  }
  assert.equal(room(budget), 100);
});
