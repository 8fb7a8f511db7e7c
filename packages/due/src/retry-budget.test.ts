import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRetryBudget } from './retry-budget.ts';

/** How many of so many tries are allowed. */
function allowed(budget: ReturnType<typeof createRetryBudget>, attempts: number, tries: number): number {
  return Array.from({ length: tries }, () => budget.allows(attempts)).filter(Boolean).length;
}

test('a first try is always allowed', () => {
  assert.equal(allowed(createRetryBudget({ now: () => 0 }), 1, 10_000), 10_000);
});

test('retries are allowed until ten seconds of them have been used up', () => {
  assert.equal(allowed(createRetryBudget({ perSecond: 10, now: () => 0 }), 2, 1_000), 100);
});

test('of a hundred first tries, a share may be tried again', () => {
  const budget = createRetryBudget({ share: 0.25, perSecond: 10, now: () => 0 });
  allowed(budget, 2, 1_000);
  allowed(budget, 1, 100);

  assert.equal(allowed(budget, 2, 1_000), 25);
});

test('each second brings a few more, and never more than ten seconds of them', () => {
  let at = 0;
  const budget = createRetryBudget({ perSecond: 10, now: () => at });
  allowed(budget, 2, 1_000);
  at = 2_000;
  assert.equal(allowed(budget, 3, 1_000), 20);
  at = 3_600_000;
  assert.equal(allowed(budget, 3, 1_000), 100);
});
