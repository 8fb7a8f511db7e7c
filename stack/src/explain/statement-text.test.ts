import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asParsable, calledNames, isPlanned, limitsIn } from './statement-text.ts';

test('only statements that have a plan are explained', () => {
  assert.ok(isPlanned('\n  with a as (select 1) select * from a'));
  for (const text of ['begin', 'commit', 'explain select 1', 'set local lock_timeout = $1'])
    assert.ok(!isPlanned(text));
});

test('a text of the counters can be parsed again where a parameter took the place of a constant', () => {
  assert.equal(asParsable('now() + interval $2 * least($3, $4)'), 'now() + $2::interval * least($3, $4)');
  assert.equal(asParsable('select extract($1 from a)'), 'select extract(epoch from a)');
});

test('the parameters of limits are found, and the functions that a statement may call', () => {
  assert.deepEqual(limitsIn('select a from (select a from b limit $3) as c LIMIT $1'), [3, 1]);
  assert.deepEqual(calledNames('select Nextval($1), max (a) from b where c in (1)'), [
    'nextval',
    'max',
    'in',
  ]);
});
