import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { metrics } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  counter,
  gauge,
  histogram,
  instruments,
  observedCounter,
  ownName,
  secondsBetween,
} from './instruments.ts';
import { temporalityOf } from './temporality.ts';

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const reader = new ManualReader({ aggregationTemporalitySelector: temporalityOf });
const reads = counter({
  name: ownName('meter.reads'),
  unit: '{read}',
  description: 'How many?',
  attributes: ['outcome'],
});
const level = gauge({ name: ownName('meter.level'), unit: 'By', description: 'How high?' });
const total = observedCounter({
  name: ownName('meter.total'),
  unit: 's',
  description: 'How long?',
  attributes: ['mode'],
});
const duration = histogram({ name: ownName('meter.duration'), unit: 's', description: 'How long?' });

before(() => {
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});

/** The points of an instrument: value, or number and sum, with their attributes. */
async function pointsOf(name: string): Promise<unknown[]> {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const points = all.find(({ descriptor }) => descriptor.name === ownName(name))?.dataPoints ?? [];
  return points.map(({ value, attributes }) => [value, attributes]);
}

test('an instrument may be defined before telemetry has started', async () => {
  reads.add(2, { outcome: 'good' });
  reads.add(1, { outcome: 'good' });

  assert.deepEqual(await pointsOf('meter.reads'), [[3, { outcome: 'good' }]]);
});

test('a gauge is read at each collection, until its observation ends', async () => {
  let value: number | undefined = 5;
  const end = level.observe(() => value);

  assert.deepEqual(await pointsOf('meter.level'), [[5, {}]]);
  value = undefined;
  assert.deepEqual(await pointsOf('meter.level'), [], 'an unknown value is left out');
  value = 7;
  end();
  assert.deepEqual(await pointsOf('meter.level'), []);
});

test('an observed counter reports several totals by their attributes', async () => {
  total.observe(() => [
    [4, { mode: 'user' }],
    [6, { mode: 'system' }],
  ]);

  assert.deepEqual(await pointsOf('meter.total'), [
    [4, { mode: 'user' }],
    [6, { mode: 'system' }],
  ]);
});

test('a histogram has buckets around the objectives, and measures by a clock that never jumps', async (t) => {
  t.mock.method(performance, 'now', () => 1_400);
  t.mock.method(Date, 'now', () => -1);
  duration.recordSince(1_100);

  const [[value] = []] = (await pointsOf('meter.duration')) as [[{ sum: number; buckets: object }]];
  assert.equal(value?.sum.toFixed(3), '0.300');
  assert.deepEqual(value?.buckets, {
    boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10],
    counts: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  });
});

test('a clock that is set back makes no negative duration', () => {
  const [earlier, later] = [new Date('2026-01-02T03:04:05.000Z'), new Date('2026-01-02T03:04:06.250Z')];

  assert.equal(secondsBetween(earlier, later), 1.25);
  assert.equal(secondsBetween(later, earlier), 0);
});

test('the list has each instrument once, and a second definition must be the same', () => {
  const again = { name: ownName('meter.level'), unit: 'By', description: 'How high, in another service?' };
  gauge(again);

  assert.equal(instruments().filter(({ name }) => name === again.name).length, 1);
  assert.throws(() => counter(again), /meter\.level is defined twice/);
  assert.throws(() => gauge({ ...again, attributes: ['meter'] }), /meter\.level is defined twice/);
  const buckets = { name: ownName('meter.duration'), unit: 's', description: 'How long?', buckets: [1, 2] };
  assert.throws(() => histogram(buckets), /meter\.duration is defined twice/);
});
