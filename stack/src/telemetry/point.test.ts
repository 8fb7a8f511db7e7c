import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPoints } from './point.ts';

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const times = { startTimeUnixNano: '1700000000000000000', timeUnixNano: '1700000001000000000' };
const resource = {
  attributes: [attribute('service.name', 'order'), attribute('service.instance.id', 'order-2')],
};
const exported = (...metrics: object[]) => ({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
const common = {
  attributes: { 'service.name': 'order', 'service.instance.id': 'order-2' },
  startedAt: 1_700_000_000_000,
  at: 1_700_000_001_000,
};

test('a counter, a gauge and a histogram are read, with the service and its process', () => {
  const attributes = [attribute('outcome', 'done'), { key: 'status', value: { intValue: 201 } }];
  const points = readPoints(
    exported(
      {
        name: 'attempts',
        sum: {
          dataPoints: [{ ...times, attributes, asInt: '7' }],
          aggregationTemporality: 2,
          isMonotonic: true,
        },
      },
      { name: 'age', gauge: { dataPoints: [{ ...times, asDouble: 1.5 }] } },
      {
        name: 'duration',
        histogram: {
          dataPoints: [
            { ...times, count: '3', sum: 0.5, bucketCounts: ['1', '2', '0'], explicitBounds: [0.1, 1] },
          ],
          aggregationTemporality: 1,
        },
      },
    ),
  );
  const withOwn = { ...common.attributes, outcome: 'done', status: '201' };
  const none = { bounds: [], isDelta: false };
  assert.deepEqual(points, [
    { ...common, ...none, name: 'attempts', kind: 'counter', attributes: withOwn, values: [7] },
    { ...common, ...none, name: 'age', kind: 'gauge', values: [1.5] },
    {
      ...common,
      name: 'duration',
      kind: 'histogram',
      bounds: [0.1, 1],
      values: [0.5, 1, 2, 0],
      isDelta: true,
    },
  ]);
});

test('a sum that may fall is a gauge', () => {
  const sum = { dataPoints: [{ ...times, asInt: 3 }], aggregationTemporality: 2, isMonotonic: false };
  assert.equal(readPoints(exported({ name: 'active', sum }))[0]?.kind, 'gauge');
});

test('a process without an id is named after its service', () => {
  const [only] = readPoints({
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', 'order')] },
        scopeMetrics: [{ metrics: [{ name: 'age', gauge: { dataPoints: [{ asInt: 1 }] } }] }],
      },
    ],
  });
  assert.equal(only?.attributes['service.instance.id'], 'order');
});

test('points without a number, and other kinds of metrics, are left out', () => {
  const without = [{ ...times }, { ...times, asDouble: 'NaN' }, { ...times, asDouble: 'Infinity' }];
  const exponential = { name: 'e', exponentialHistogram: { dataPoints: [{ ...times, scale: 1 }] } };
  assert.deepEqual(readPoints(exported({ name: 'age', gauge: { dataPoints: without } }, exponential)), []);
  assert.deepEqual(readPoints({}), []);
});

for (const [what, metric] of [
  ['a metric without a name', { gauge: { dataPoints: [] } }],
  ['points that are no list', { name: 'age', gauge: { dataPoints: 5 } }],
  ['attributes that are no list', { name: 'age', gauge: { dataPoints: [{ attributes: {}, asInt: 1 }] } }],
  [
    'buckets that do not fit their bounds',
    { name: 'd', histogram: { dataPoints: [{ bucketCounts: [1, 2], explicitBounds: [1, 2] }] } },
  ],
] as const) {
  test(`a malformed export is refused: ${what}`, () => {
    assert.throws(() => readPoints(exported(metric)));
  });
}
