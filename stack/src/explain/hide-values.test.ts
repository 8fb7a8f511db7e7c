import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutValues } from './hide-values.ts';
import type { PlanNode } from './plan-node.ts';
import type { SampledValue } from './sample-values.ts';

const plan = (filter: string): PlanNode =>
  ({ 'Node Type': 'Seq Scan', 'Relation Name': 'books', 'Plan Rows': 3, Filter: filter }) as PlanNode;
const value = (text: string | null): SampledValue => ({ sql: '', text, from: '' });

for (const [what, generic, custom, texts, shown] of [
  ['a text', '(author = $1)', "(author = 'Ada'::text)", ['Ada'], '(author = $1::text)'],
  ['a text with a quote', '(author = $1)', "(author = 'O''Brien'::text)", ["O'Brien"], '(author = $1::text)'],
  [
    'a text with a backslash',
    '(path = $1)',
    String.raw`(path = E'a\\b'::text)`,
    ['a\\b'],
    '(path = $1::text)',
  ],
  ['a whole number', '(version = $1)', '(version = 3)', ['3'], '(version = $1)'],
  ['a negative number', '(version = $1)', "(version = '-3'::integer)", ['-3'], '(version = $1::integer)'],
  ['a fraction', '(price > $1)', '(price > 3.50)', ['3.50'], '(price > $1)'],
  ['an array', '(id = ANY ($1))', "(id = ANY ('{1,2}'::integer[]))", ['{1,2}'], '(id = ANY ($1::integer[]))'],
  [
    'what Postgres computes from a value',
    '(title ~~ $1)',
    "((title >= 'abc'::text) AND (title < 'abd'::text) AND (title ~~ 'abc%'::text))",
    ['abc%'],
    '((title >= …::text) AND (title < …::text) AND (title ~~ $1::text))',
  ],
  [
    'a time in another time zone',
    '(at < $1)',
    "(at < '2026-01-01 01:00:00+01')",
    ['2026-01-01 00:00:00+00'],
    '(at < …)',
  ],
] as const) {
  test(`a plan does not show ${what}`, () => {
    const hidden = withoutValues(plan(custom), plan(generic), texts.map(value));
    assert.deepEqual(hidden, plan(shown));
  });
}

test('constants of the statement, names and counts are shown as they are', () => {
  const filter = `((status = 'sent'::text) AND (attempts < 10) AND (parts_2.id = $1) AND (n = (InitPlan 1).col1))`;
  const custom = plan(filter.replace('$1', "'an id'::text"));
  const values = [value('an id'), value(null), value('1')];
  assert.deepEqual(withoutValues(custom, plan(filter), values), plan(filter.replace('$1', '$1::text')));
});
