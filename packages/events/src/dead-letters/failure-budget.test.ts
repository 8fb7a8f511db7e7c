import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailureBudget } from './failure-budget.ts';

test('a burst of failures is allowed at once, then a few a minute', () => {
  let clock = 0;
  const { tryAcquire } = createFailureBudget({ perMinute: 60, now: () => clock });
  const burst = Array.from({ length: 100 }, tryAcquire).filter(Boolean);
  assert.equal(burst.length, 60);

  clock += 500;
  assert.equal(tryAcquire(), false);
  clock += 500;
  assert.equal(tryAcquire(), true);
  assert.equal(tryAcquire(), false);
});

test('an unused budget is saved up to the limit', () => {
  let clock = 0;
  const { tryAcquire } = createFailureBudget({ perMinute: 3, now: () => clock });
  clock += 3_600_000;

  assert.deepEqual([tryAcquire(), tryAcquire(), tryAcquire(), tryAcquire()], [true, true, true, false]);
});
