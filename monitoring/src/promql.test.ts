import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQuery, selectorsOf } from './promql.ts';

test('a query is read into its metrics with the labels that they are compared by', () => {
  const expr = 'sum by (job, route) (rate(a:b:c{x="1",y=~"2"}[5m] offset 1h)) > 0.1 and on (job) max(d)';
  assert.deepEqual(readQuery(expr), {
    selectors: [
      { metric: 'a:b:c', labels: ['x', 'y'], hasWindow: true },
      { metric: 'd', labels: [], hasWindow: false },
    ],
    groupedBy: ['job', 'route', 'job'],
  });
});

test('a query that Prometheus would refuse is refused', () => {
  assert.throws(() => selectorsOf('sum('), /no PromQL at position 4/);
  assert.throws(() => selectorsOf('a{b}'), /no PromQL/);
});
