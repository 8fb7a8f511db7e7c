import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backlogTable, inWords, processTable } from './status.ts';

const since = new Date(0).toISOString();

test('each process is shown with its state, its pid, for how long, and how often it was started again', () => {
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

test('what waits in a service is shown, and where nobody can say so, that', () => {
  const lines = backlogTable([
    ['order', { unpublished: 7, oldestSeconds: 200, parked: 1, deadLetters: 2, openOrders: 5 }],
    [
      'notification',
      { unpublished: null, oldestSeconds: null, parked: null, deadLetters: 0, openOrders: null },
    ],
    ['payment', 'ECONNREFUSED'],
  ]).split('\n');
  assert.match(lines[2] ?? '', /^order +7 +3 min +1 +2 +5$/);
  assert.match(lines[3] ?? '', /^notification +0$/);
  assert.match(lines[4] ?? '', /^payment +\? +\? +\? +\? +\?$/);
});

test('a length of time is told in its largest unit', () => {
  assert.deepEqual([-1, 12.9, 119, 120, 7_199, 7_200].map(inWords), [
    '0 s',
    '12 s',
    '119 s',
    '2 min',
    '119 min',
    '2 h',
  ]);
});
