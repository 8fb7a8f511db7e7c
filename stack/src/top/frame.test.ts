import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { ownName } from '@repo/observability';
import { limits } from '../limits.ts';
import type { Figure } from '../telemetry/series-store.ts';
import { serviceNames } from '../topology.ts';
import type { Sample } from './figures.ts';
import { formatted, frame } from './frame.ts';
import { generalPanels } from './general-panels.ts';
import { limited, type Panel } from './panel.ts';
import { report } from './report.ts';

const [service = ''] = serviceNames;
const at = new Date(2026, 0, 2, 3, 4, 5);
const since = at.toISOString();
const empty: Sample = { at, short: [], long: [], processes: [] };

const gauge = (name: string, value: number, attributes: Record<string, string> = {}): Figure => ({
  ...{ name, kind: 'gauge', value },
  attributes: { 'service.name': service, 'service.instance.id': service, ...attributes },
});
const ofReplica = { 'service.instance.id': `${service}-2` };

const plain = (sample: Sample, layout = generalPanels) => frame(layout, sample).map(stripVTControlCharacters);

const panel: Panel = {
  id: 'calls',
  title: 'Calls',
  columns: [
    { id: 'perSecond', title: 'a second', format: 'rate' },
    { id: 'p99Seconds', title: 'p99', format: 'seconds' },
  ],
  rows: (figures) => [
    {
      name: 'all',
      cells: {
        perSecond: figures.rate('calls'),
        p99Seconds: limited(figures.quantile(0.99, 'calls'), 0.3),
      },
    },
  ],
};

function calls(buckets: number[], instance = service): Figure {
  const attributes = { 'service.name': service, 'service.instance.id': instance };
  return { name: 'calls', kind: 'histogram', attributes, bounds: [0.1, 1], buckets };
}

test('a frame has a row for each value, with a mark on what is beyond its objective', () => {
  const short = [calls([10, 20, 0]), calls([5, 0, 0], `${service}-2`)];
  assert.deepEqual(plain({ ...empty, short, long: [calls([0, 100, 0])] }, [[panel]]), [
    'Tenfold 03:04:05  rates over 10 s, quantiles over 60 s, ! beyond its objective',
    '',
    `  Calls${' '.repeat(55)}a second      p99`,
    `  all${' '.repeat(62)}3.5   991 ms!`,
  ]);
});

test('a value that is unknown is a dash, in a frame, and null in JSON', () => {
  const [, , , line] = plain(empty, [[panel]]);
  assert.match(line ?? '', /^ {2}all +– +–$/);
  assert.deepEqual(report([[panel]], empty), {
    at: since,
    rateSeconds: 10,
    quantileSeconds: 60,
    calls: { all: { perSecond: null, p99Seconds: null } },
    beyond: [],
  });
});

test('JSON names each value by panel, row and column, and what is beyond its objective', () => {
  const { beyond, ...rest } = report([[panel]], {
    ...empty,
    short: [calls([10, 20, 0])],
    long: [calls([0, 100, 0])],
  });
  assert.deepEqual(rest, {
    ...{ at: since, rateSeconds: 10, quantileSeconds: 60 },
    calls: { all: { perSecond: 3, p99Seconds: 0.991 } },
  });
  assert.deepEqual(beyond, [{ panel: 'calls', row: 'all', column: 'p99Seconds' }]);
});

const busy: Sample = {
  at,
  long: [],
  short: [
    gauge(ownName('outbox.age'), 75),
    gauge(ownName('outbox.rows'), 12_345),
    gauge(ownName('dead_letters'), 2),
    gauge(ownName('dead_letters'), 2, ofReplica),
    gauge('db.client.connection.count', 4, { 'db.client.connection.state': 'used' }),
    gauge('db.client.connection.count', 3, { 'db.client.connection.state': 'used', ...ofReplica }),
    gauge('db.client.connection.count', 9, { 'db.client.connection.state': 'idle' }),
    ...['one.events', 'two.events'].flatMap((topic) => {
      const group = {
        'messaging.consumer.group.name': 'a-group-of-a-name-that-is-longer-than-its-column',
        'messaging.destination.name': topic,
      };
      return [
        gauge(ownName('consumer.lag'), 5, group),
        gauge(ownName('consumer.lag'), 5, { ...group, ...ofReplica }),
      ];
    }),
    gauge(ownName('job.due'), 7, { [ownName('job')]: 'a job' }),
    gauge(ownName('job.due.age'), 3_600, { [ownName('job')]: 'a job' }),
    {
      name: 'process.cpu.time',
      kind: 'counter',
      increase: 4,
      attributes: { ...ofReplica, 'cpu.mode': 'user' },
    },
    {
      name: 'process.cpu.time',
      kind: 'counter',
      increase: 1,
      attributes: { ...ofReplica, 'cpu.mode': 'system' },
    },
    gauge('process.memory.usage', 200 * 1024 * 1024, ofReplica),
    gauge('process.memory.usage', 100 * 1024 * 1024),
  ],
  processes: [
    { name: service, state: 'down', pid: null, since, restarts: 0 },
    { name: `${service}-2`, state: 'running', pid: 1, since, restarts: 3 },
    { name: 'kafka', state: 'running', pid: 2, since, restarts: 0 },
    { name: 'redis', state: 'paused', pid: 3, since, restarts: 0 },
  ],
};

test('what replicas report alike is shown once, and what each has of its own is added', () => {
  const { services, groups, jobs, processes } = report(generalPanels, busy) as unknown as Record<
    string,
    Record<string, object>
  >;
  assert.deepEqual(services?.[service], {
    ...{ outboxRows: 12_345, outboxAgeSeconds: 75, parkedRows: null, deadLetters: 2 },
    ...{ poolUsed: 7, poolMax: null, poolPending: null },
  });
  assert.deepEqual(Object.values(groups ?? {}), [{ lagRecords: 10, lagSeconds: null }]);
  assert.deepEqual(jobs?.['a job'], { dueRows: 7, dueSeconds: 3_600 });
  assert.deepEqual(processes?.[`${service}-2`], {
    ...{ state: 'running', restarts: 3, cpuShare: 0.5 },
    ...{ memoryBytes: 209_715_200, eventLoopP99Seconds: null },
  });
});

test('a consumer is late after the same time as in the alerts and dashboards', () => {
  const lagging = (seconds: number): Sample => {
    const group = { 'messaging.consumer.group.name': 'a group', 'messaging.destination.name': 'a topic' };
    const [lag, age] = [ownName('consumer.lag'), ownName('consumer.lag.age')];
    return { ...empty, short: [gauge(lag, 1, group), gauge(age, seconds, group)] };
  };
  assert.deepEqual(report(generalPanels, lagging(limits.lagSeconds)).beyond, []);
  assert.deepEqual(report(generalPanels, lagging(limits.lagSeconds + 1)).beyond, [
    { panel: 'groups', row: 'a group', column: 'lagSeconds' },
  ]);
});

test('a frame fits into 80 columns, and shows servers and stand-ins only while they are not running', () => {
  const lines = plain(busy);
  for (const line of lines) assert.ok(line.length <= 80, `${line.length}: ${line}`);
  const text = lines.join('\n');
  assert.match(text, new RegExp(`^  ${service} +12345 +75 s! +– +2! +7 +– +–$`, 'm'));
  assert.match(text, /^ {2}a-group-of-a-name-… +10 +– +a job +7 +60 min!$/m);
  assert.match(text, new RegExp(`^  ${service} +down! +0 +– +– +–$`, 'm'));
  assert.match(text, new RegExp(`^  ${service}-2 +running +3 +50 % +200 MB +–$`, 'm'));
  assert.match(text, /^ {2}redis +paused!/m);
  assert.doesNotMatch(text, /kafka/);
});

for (const [value, format, text] of [
  [0.004, 'seconds', '4 ms'],
  [0.9999, 'seconds', '1.0 s'],
  [59.7, 'seconds', '60 s'],
  [300, 'seconds', '5 min'],
  [12.34, 'rate', '12.3'],
  [0, 'rate', '0.0'],
  [null, 'count', '–'],
  ['open', 'text', 'open'],
] as const) {
  test(`the ${format} ${value} is shown as ${text}`, () => {
    assert.equal(formatted(value, format), text);
  });
}
