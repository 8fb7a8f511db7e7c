import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignedColumns, comparedColumns } from './compared-columns.ts';
import type { PlanNode } from './plan-node.ts';

/** A scan with these conditions, as Postgres 18 writes them. */
function scan(alias: string, conditions: Record<string, string>, table = alias): PlanNode {
  return { 'Node Type': 'Index Scan', Schema: 'public', 'Relation Name': table, Alias: alias, ...conditions };
}

const found = (plan: PlanNode) =>
  [...comparedColumns(plan)].map(([number, { table, column, isEqual }]) => [
    number,
    `${table}.${column}`,
    isEqual,
  ]);

test('a parameter has the column that it is compared with, on either side', () => {
  const plan = scan('orders', {
    'Index Cond': '((orders.customer_id = $2) AND (orders.id = ANY ($1)))',
    Filter: `(($3 <= orders.placed_at) AND ((orders.status)::text <> $4))`,
  });
  assert.deepEqual(found(plan), [
    [2, 'orders.customer_id', true],
    [1, 'orders.id', true],
    [4, 'orders.status', false],
    [3, 'orders.placed_at', false],
  ]);
});

test('rows are compared field by field', () => {
  const plan = scan('o', { 'Index Cond': '(ROW(o.placed_at, o.id) < ROW($4, $5))' }, 'orders');
  assert.deepEqual(found(plan), [
    [4, 'orders.placed_at', false],
    [5, 'orders.id', false],
  ]);
});

test('a parameter in an expression, and one beside a part of the statement that is no table, have no column', () => {
  const plan: PlanNode = {
    'Node Type': 'Hash Join',
    Plans: [scan('orders', { Filter: '((orders.attempts + $1) > 3)' })],
    ...{ 'Hash Cond': '(claimed.id = $2)' },
  };
  assert.deepEqual(found(plan), []);
});

test('an update tells the column of a parameter that it assigns as it is', () => {
  const plan: PlanNode = {
    'Node Type': 'ModifyTable',
    Operation: 'Update',
    Schema: 'public',
    'Relation Name': 'orders',
  };
  const text = `update orders set status = $2, version = version + $3, "at" = $4\nwhere id = $1`;
  assert.deepEqual(
    [...assignedColumns(text, plan)].map(([number, { column }]) => [number, column]),
    [
      [2, 'status'],
      [4, 'at'],
    ],
  );
});
