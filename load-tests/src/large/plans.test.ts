import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asParsable, isPlanned, tablesReadWhole } from './plans.ts';

const rows = new Map([
  ['orders', 5_000],
  ['stock', 100],
]);

test('a plan is searched to its leaves for large tables that it reads as a whole, each named once', () => {
  const read = (table: string) => ({ 'Node Type': 'Seq Scan', 'Relation Name': table });
  const plan = {
    'Node Type': 'Nested Loop',
    Plans: [read('stock'), { 'Node Type': 'Sort', Plans: [read('orders'), read('orders')] }],
  };
  assert.deepEqual(tablesReadWhole(plan, rows, 1_000), ['orders']);
});

test('a large table that is read by an index is not reported', () => {
  const plan = { 'Node Type': 'Index Scan', 'Relation Name': 'orders' };
  assert.deepEqual(tablesReadWhole(plan, rows, 1_000), []);
});

test('statements that begin and end transactions have no plan', () => {
  assert.deepEqual(
    ['begin', 'set local lock_timeout = $1', '\n  with recursive', 'INSERT into'].map(isPlanned),
    [false, false, true, true],
  );
});

test('a statement whose constants were replaced can be parsed again', () => {
  assert.equal(asParsable('now() + interval $2 * least($3, $4)'), 'now() + $2::interval * least($3, $4)');
  assert.equal(asParsable('extract($11 from deadline_at)'), 'extract(epoch from deadline_at)');
});
