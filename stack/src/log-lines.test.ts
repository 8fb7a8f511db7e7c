import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { readableLine } from './log-lines.ts';

const read = (entry: unknown) => stripVTControlCharacters(readableLine('order', JSON.stringify(entry)).text);

test('a log line is shown as time, level, service, message and facts', () => {
  const text = read({
    level: 30,
    time: '2026-01-02T03:04:05.006Z',
    service: 'order',
    pid: 1,
    hostname: 'h',
    msg: 'order placed',
    orderId: '42',
    lines: [1],
  });
  assert.equal(text, '03:04:05.006 info  order        order placed orderId=42 lines=[1]');
});

test('an error is shown with its stack, below the line', () => {
  const text = read({
    level: 50,
    time: 0,
    msg: 'broken',
    err: { message: 'no', stack: 'Error: no\n  at x' },
  });
  assert.equal(text, '00:00:00.000 error order        broken \n  Error: no\n    at x');
});

test('what is no JSON stays as it is', () => {
  assert.equal(readableLine('kafka', 'plain words').text, 'kafka        plain words');
});
