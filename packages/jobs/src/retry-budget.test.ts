import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRetryBudget } from './retry-budget.ts';

/** Spends all retries that the budget allows, and returns how many they were. */
function spendAll(budget: ReturnType<typeof createRetryBudget>): number {
  let retries = 0;
  while (budget.hasRoom()) {
    budget.spend(1);
    retries++;
  }
  return retries;
}

test('a budget begins with ten seconds of retries, and gains a few each second', () => {
  let at = 0;
  const budget = createRetryBudget({ perSecond: 10, now: () => at });

  assert.equal(spendAll(budget), 100);
  at = 2_000;
  assert.equal(spendAll(budget), 20);
  at = 3_600_000;
  assert.equal(spendAll(budget), 100);
});

test('retries beyond the budget are missing later', () => {
  let at = 0;
  const budget = createRetryBudget({ perSecond: 10, now: () => at });
  budget.spend(164);
  at = 6_000;
  assert.equal(spendAll(budget), 0);
  at = 7_000;
  assert.equal(spendAll(budget), 6);
});

test('retries that succeed allow more retries', () => {
  const budget = createRetryBudget({ perSecond: 10, now: () => 0 });
  spendAll(budget);
  for (let retries = 1; retries <= 10; retries++) {
    budget.spend(1);
    budget.earn();
  }
  assert.equal(spendAll(budget), 10);
});

test('each first attempt that succeeds allows two retries', () => {
  const budget = createRetryBudget({ perSecond: 10, now: () => 0 });
  spendAll(budget);
  for (let retries = 1; retries <= 20; retries++) budget.earn();

  assert.equal(spendAll(budget), 40);
});

test('refused retries spend nothing and earn nothing', () => {
  const budget = createRetryBudget({ perSecond: 10, now: () => 0 });
  for (let retries = 1; retries <= 500; retries++) {
    budget.spend(1);
    budget.restore();
  }
  assert.equal(spendAll(budget), 100);
});
