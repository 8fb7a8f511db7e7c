import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planLines } from './plan-lines.ts';
import { hasEffects, type PlanNode, tablesReadWhole } from './plan-node.ts';

const rowsOf = new Map([
  ['orders', 1_000_000],
  ['prices', 40],
]);
const read = (plan: PlanNode) => tablesReadWhole(plan, rowsOf, 10_000);
const scan = (more: object, type = 'Seq Scan', table = 'orders'): PlanNode => ({
  'Node Type': type,
  'Relation Name': table,
  ...more,
});
const run = {
  'Actual Loops': 1,
  'Actual Rows': 3,
  'Rows Removed by Filter': 999_997,
  'Actual Total Time': 200,
};

test('a sequential scan of a large table reads it whole, and one of a small table is right', () => {
  assert.deepEqual(read(scan({ Filter: '(a = $1)' })), [{ table: 'orders', condition: '(a = $1)' }]);
  assert.deepEqual(read(scan({}, 'Seq Scan', 'prices')), []);
});

test('a plan is searched to its leaves', () => {
  const plan = { 'Node Type': 'Nested Loop', Plans: [scan({}), { 'Node Type': 'Sort', Plans: [scan({})] }] };
  assert.deepEqual(
    read(plan).map(({ table }) => table),
    ['orders', 'orders'],
  );
});

test('an index that is read from end to end with a filter is a whole read too, and one with bounds is none', () => {
  assert.equal(read(scan({ Filter: '(a = $1)' }, 'Index Scan')).length, 1);
  assert.equal(read(scan({ 'Index Cond': '(a = $1)', Filter: '(b = $2)' }, 'Index Scan')).length, 0);
  assert.equal(read(scan({}, 'Index Only Scan')).length, 0);
});

test('where it was run, the rows that were read decide: a limit may have stopped it', () => {
  const limited = (node: PlanNode): PlanNode => ({ 'Node Type': 'Limit', Plans: [node] });
  assert.equal(read(limited(scan({}))).length, 0);
  assert.equal(read(limited(scan(run))).length, 1);
  assert.equal(read(scan({ ...run, 'Rows Removed by Filter': 10 })).length, 0);
  assert.equal(read(scan({ ...run, 'Actual Loops': 0 })).length, 0);
});

test('a table that is read once for each row counts with all its loops, and one that processes share counts once', () => {
  const [twenty] = read(scan({ ...run, 'Actual Loops': 20 }));
  assert.deepEqual([twenty?.loops, twenty?.rows, twenty?.removed], [20, 3, 999_997]);
  const [shared] = read(
    scan({ ...run, 'Actual Loops': 2, 'Rows Removed by Filter': 500_000, 'Parallel Aware': true }),
  );
  assert.deepEqual([shared?.loops, shared?.rows, shared?.removed], [1, 6, 1_000_000]);
});

test('a statement that changes or locks rows has effects, wherever it does so', () => {
  const locking: PlanNode = { 'Node Type': 'Limit', Plans: [{ 'Node Type': 'LockRows', Plans: [scan({})] }] };
  assert.deepEqual([hasEffects(scan({})), hasEffects(locking)], [false, true]);
});

test('a line of a plan has the time of all loops, and below a Gather the time that its processes shared', () => {
  const loops = { ...run, 'Actual Loops': 2, 'Shared Hit Blocks': 5 };
  const [, line] = planLines({ 'Node Type': 'Nested Loop', ...run, Plans: [scan(loops)] });
  assert.match(line ?? '', /Seq Scan orders {2}\(400\.0 ms, 2 times, 6 rows, 1999994 discarded, 5 pages\)/);
  const [, shared] = planLines({ 'Node Type': 'Gather', ...run, Plans: [scan(loops)] });
  assert.match(shared ?? '', /\(200\.0 ms, 2 processes, 6 rows/);
});
