import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriesOf } from './series.ts';

test('a counter ends with total, and its unit is left out when it is a noun', () => {
  const counter = { name: 'own.things.made', kind: 'counter', unit: '{thing}' } as const;
  assert.deepEqual(seriesOf(counter), [['own_things_made_total', ['job', 'instance']]]);
});

test('a histogram is three series, and its buckets have an upper bound', () => {
  const histogram = { name: 'db.duration', kind: 'histogram', unit: 's', attributes: ['db.system'] } as const;
  assert.deepEqual(seriesOf(histogram), [
    ['db_duration_seconds_bucket', ['job', 'instance', 'db_system', 'le']],
    ['db_duration_seconds_sum', ['job', 'instance', 'db_system']],
    ['db_duration_seconds_count', ['job', 'instance', 'db_system']],
  ]);
});

test('a gauge has its unit, and one without a dimension is a ratio', () => {
  const names = (unit: string) => seriesOf({ name: 'a.b', kind: 'gauge', unit }).map(([name]) => name);
  assert.deepEqual([names('By'), names('1'), names('{row}')], [['a_b_bytes'], ['a_b_ratio'], ['a_b']]);
});
