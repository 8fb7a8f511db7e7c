import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered } from '../objectives.ts';
import { budgetLeft } from './error-budget.ts';

for (const [target, allowed] of [
  [0.99, '0.01'],
  [0.999, '0.001'],
  [0.9995, '0.0005'],
  [0.9999, '0.0001'],
] as const) {
  test(`the budget of an objective of ${target} is ${allowed} of the events`, () => {
    assert.ok(budgetLeft({ ...answered, target }).endsWith(` / ${allowed}`));
  });
}
