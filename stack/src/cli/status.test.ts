import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, processTable, statusTable, unknownLines } from './status.ts';

const since = new Date(0).toISOString();

test('each process is shown with its state, its pid, the time in that state and its restarts', () => {
  const lines = processTable(
    [
      { name: 'order', state: 'running', pid: 42, since, restarts: 3 },
      { name: 'kafka', state: 'down', pid: null, since, restarts: 0 },
    ],
    90_000,
  ).split('\n');
  assert.match(lines[2] ?? '', /^order +running +42 +90 s +3$/);
  assert.match(lines[3] ?? '', /^kafka +down +90 s +0$/);
});

const backlog = {
  unpublished: 7,
  oldestSeconds: 200,
  parked: 1,
  deadLetters: 2,
  figures: { 'open orders': 5 },
  groupId: '1',
};
const quiet = {
  ...backlog,
  unpublished: null,
  oldestSeconds: null,
  parked: null,
  deadLetters: 0,
  figures: {},
};

test('the backlog of a service is shown, and a question mark where it is unknown', () => {
  const lines = statusTable([
    { service: 'order', backlog, lag: 12 },
    { service: 'notification', backlog: quiet, lag: 0 },
    { service: 'payment', backlog: 'ECONNREFUSED', lag: 3 },
    { service: 'inventory', backlog, lag: 'Kafka gave no answer within 3 s' },
  ]).split('\n');
  assert.match(lines[0] ?? '', /^service .* dead letters .*lag$/);
  assert.match(lines[2] ?? '', /^order +7 +3 min +1 +2( +5)? +12$/);
  assert.match(lines[3] ?? '', /^notification +0 +0$/);
  assert.match(lines[4] ?? '', /^payment( +\?){4,} +3$/);
  assert.match(lines[5] ?? '', /^inventory +7 +3 min +1 +2( +5)? +\?$/);
});

test('a sentence explains why a figure is unknown', () => {
  assert.deepEqual(unknownLines([{ service: 'order', backlog, lag: 0 }]), []);
  assert.deepEqual(
    unknownLines([{ service: 'order', backlog: 'ECONNREFUSED', lag: 'Kafka gave no answer' }]),
    ['Postgres is down (ECONNREFUSED).', 'The lag is unknown (Kafka gave no answer).'],
  );
});

test('a duration is shown in its largest unit', () => {
  assert.deepEqual([-1, 12.9, 119, 120, 7_199, 7_200, Number.POSITIVE_INFINITY].map(formatDuration), [
    '0 s',
    '12 s',
    '119 s',
    '2 min',
    '119 min',
    '2 h',
    '?',
  ]);
});
