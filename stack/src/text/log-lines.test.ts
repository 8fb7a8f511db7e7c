import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
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

test('a line that is not JSON stays unchanged', () => {
  assert.equal(readableLine('kafka', 'plain words').text, 'kafka        plain words');
});

const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u;

test('any JSON in a log is shown, in one line and the lines of its stack', () => {
  const names = ['level', 'time', 'service', 'msg', 'err', 'pid', 'fact', 'toString'];
  const field = fc.tuple(fc.constantFrom(...names), fc.jsonValue({ stringUnit: 'binary' }));
  const entry = fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), fc.array(field).map(Object.fromEntries));

  fc.assert(
    fc.property(entry, (value) => {
      const { time, text } = readableLine('order', JSON.stringify(value));
      assert.ok(!Number.isNaN(time));
      for (const line of stripVTControlCharacters(text).split('\n')) assert.doesNotMatch(line, UNPRINTABLE);
    }),
    { numRuns: 500 },
  );
});

test('a tab indents', () => {
  assert.equal(readableLine('kafka', '\tat x').text, 'kafka            at x');
});

test('any text in a log is shown in one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      assert.doesNotMatch(stripVTControlCharacters(readableLine('kafka', text).text), UNPRINTABLE),
    ),
  );
});

test('JSON that is no object stays as it is, and odd fields are shown as they are', () => {
  for (const text of ['null', '7', '[{"msg":"no"}]', '"text"'])
    assert.equal(readableLine('kafka', text).text, `kafka        ${text}`);
  assert.equal(
    read({ level: 'loud', time: 'soon', msg: 7, err: null, no: null }),
    'loud  order        7 no=null',
  );
  assert.equal(read({ msg: 'm', time: {}, err: { stack: [1] } }), '      order        m \n  {"stack":[1]}');
  assert.equal(read({ level: 30, time: 8.64e15, msg: 'late' }), '00:00:00.000 info  order        late');
});

test('a very long line is cut, and a very deep one is shown without what is too deep', () => {
  const deep = `{"msg":"deep","fact":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  const line = readableLine('order', deep).text;
  const long = JSON.stringify({
    msg: 'x'.repeat(1_000_000),
    fact: 'y'.repeat(1_000_000),
    err: { stack: 'z'.repeat(1_000_000) },
  });

  assert.match(stripVTControlCharacters(line), / deep fact=\(nested too deeply to be shown\)$/);
  assert.ok(readableLine('order', long).text.length < 50_000);
  assert.ok(readableLine('order', 'x'.repeat(1_000_000)).text.length < 17_000);
});

test('nothing in a log moves the cursor', () => {
  const text = readableLine(
    'order',
    '{"msg":"a\\u001b[2J\\nb","err":{"stack":"E\\r\\u009b1m\\n  at x"}}',
  ).text;
  assert.match(text, /a\\x1b\[2J\\x0ab \n {2}E\\x0d\\xc2\\x9b1m\n {4}at x$/);
});
