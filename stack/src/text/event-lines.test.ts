import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type ReceivedRecord, readableBytes } from '@repo/events';
import fc from 'fast-check';
import { correlation } from '../topology.ts';
import { isAbout, occurredAt, readableEvent } from './event-lines.ts';

const { field } = correlation;
const place = { topic: 'order.events', partition: 0, offset: 0n, timestamp: new Date(0) };

/** A record as the consumer reads it. */
function recordOf(value: Buffer | null, more: Partial<ReceivedRecord> = {}): ReceivedRecord {
  const headers = { ce_type: 'order.reserved', ce_time: '2026-01-02T03:04:05.006Z', ce_subject: '42' };
  const raw = { key: Buffer.from('42'), value };
  const text = value?.toString() ?? '';
  return { ...place, key: '42', headers, allHeaders: headers, value: text, raw, ...more };
}

const record = (data: unknown, more: Partial<ReceivedRecord> = {}) =>
  recordOf(Buffer.from(JSON.stringify(data)), more);
const withText = (text: string) => recordOf(Buffer.from(text));
const lineOf = (one: ReceivedRecord) => stripVTControlCharacters(readableEvent(one));
const dataOf = (one: ReceivedRecord) => lineOf(one).split(' 42 ')[1];

test('an event is shown in one line, without the payment token', () => {
  const data = '{"orderId":"42","paymentToken":"[redacted]"}';
  assert.equal(
    lineOf(record({ orderId: '42', paymentToken: 'tok_ok' })),
    `03:04:05.006 order.events     order.reserved    42 ${data}`,
  );
});

const TOKENS: [text: string, shown: string][] = [
  ['{"paymentToken":"s3cret"}', '{"paymentToken":"[redacted]"}'],
  ['{"paymentToken" : "s3\\"cret","a":1}', '{"paymentToken" : "[redacted]","a":1}'],
  ['[[{"paymentToken":s3cret}', '{"unreadable":"[[{\\"paymentToken\\":\\"[redacted]\\"}"}'],
  ['{"paymentToken":"s3cret', '{"unreadable":"{\\"paymentToken\\":\\"[redacted]\\""}'],
  ['{"a":1,"paymentToken":{"x":"s3cret"},"b":"s3cret"}', '{"a":1,"paymentToken":"[redacted]"…'],
  ['{"paymentToken":["s3cret"]}', '{"paymentToken":"[redacted]"…'],
  ['{"paymentToken":7}', '{"paymentToken":"[redacted]"}'],
  ['no JSON, but tok_s3cret', '{"unreadable":"no JSON, but [redacted]"}'],
  ['"tok_s3cret"', '"[redacted]"'],
  ['{"to":"ada@example.com"}', '{"to":"[redacted]"}'],
];

for (const [text, shown] of TOKENS) {
  test(`a payment token is hidden in ${text}`, () => {
    assert.equal(dataOf(withText(text)), shown);
  });
}

test('a payment token is hidden at a depth that JSON.stringify does not write, and in bytes that are no text', () => {
  const deep = `${'['.repeat(2_000)}{"paymentToken":"s3cret"}${']'.repeat(2_000)}`;

  assert.doesNotMatch(lineOf(withText(deep)), /s3cret/);
  for (const text of ['\xff tok_s3cret', '{"paymentToken":"s3cret\xff"}'])
    assert.doesNotMatch(lineOf(recordOf(Buffer.from(text, 'latin1'))), /s3cret/);
});

test('an event concerns an order by its key or by its data', () => {
  assert.ok(isAbout(record({}), '42'));
  assert.ok(isAbout(record({ [field]: '7' }), '7'));
  assert.ok(!isAbout(record({ [field]: '7' }), '8'));
  assert.ok(isAbout(record({}), undefined));
});

test('an order is the same in any case, and a key in another case is not', () => {
  const [lower, upper] = ['0198c5a0-0000-7000-8000-00000000000a', '0198C5A0-0000-7000-8000-00000000000A'];

  for (const [one, other] of [
    [lower, upper],
    [upper, lower],
  ] as const) {
    assert.ok(isAbout(record({ [field]: one }), other));
    assert.ok(isAbout(record({}, { key: one }), other));
  }
  assert.ok(!isAbout(record({}, { key: 'KEYBOARD' }), 'keyboard'));
});

test('an order with a strange key is found by the key, and by the key as it is shown', () => {
  const strange = record({}, { key: 'a\\x0ab' });

  assert.ok(isAbout(strange, 'a\nb'));
  assert.ok(isAbout(strange, 'a\\x0ab'));
});

test('a value that is not an object belongs to no story, and is shown', () => {
  for (const text of ['null', '7', '[1,2]', '"orderId"', 'true', '[null]']) {
    assert.ok(!isAbout(withText(text), '7'), text);
    assert.equal(dataOf(withText(text)), text);
  }
  for (const orderId of [null, 7, {}, [], { toString: null }]) assert.ok(!isAbout(record({ orderId }), '7'));
  assert.equal(dataOf(recordOf(null)), '(no value)');
  assert.equal(dataOf(withText('')), '{"unreadable":""}');
});

test('a record that is not an event is shown as far as possible', () => {
  const line = lineOf(recordOf(Buffer.from('no JSON'), { headers: {} }));
  assert.match(line, /^00:00:00\.000 .* no CloudEvent +42 \{"unreadable":"no JSON"\}$/);
  assert.equal(dataOf(recordOf(Buffer.from([0xff, 0x00]))), '{"bytes":"\\\\xff\\\\x00"}');
});

test('numbers keep their digits, and JSON of several lines is shown on one', () => {
  assert.equal(
    dataOf(withText('{\n\t"n": 9007199254740993,\r\n  "x": 1e400\n}')),
    '{ "n": 9007199254740993, "x": 1e400 }',
  );
});

test('of a long value the beginning is shown, with its length', () => {
  const line = lineOf(record({ note: 'x'.repeat(1_000_000) }));

  assert.ok(line.length < 17_000);
  assert.match(line, /x… \(1000011 bytes in all\)$/);
  assert.ok(lineOf(withText('['.repeat(200_000) + ']'.repeat(200_000))).length < 17_000);
});

test('an event without a valid time has that of Kafka', () => {
  const timeOf = (ce_time: string, timestamp = new Date(7)) =>
    occurredAt(record({}, { headers: { ce_time }, timestamp }));

  assert.equal(timeOf('2026-01-02T03:04:05.006Z'), Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  for (const time of ['', 'soon', '1', '2026-13-45T99:99:99Z', '+275761-01-01T00:00:00Z'])
    assert.equal(timeOf(time), 7);
  assert.equal(timeOf('soon', new Date(Number.NaN)), 0);
});

test('whatever a record is made of, it is one line without control characters', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
    fc.json({ stringUnit: 'binary' }).map((text) => Buffer.from(text)),
  );
  const text = bytes.map(readableBytes);
  const header = fc.oneof(text, fc.string({ unit: 'binary' }));
  const records = fc.record({
    key: text,
    value: fc.option(bytes),
    headers: fc.record({ ce_type: header, ce_subject: header, ce_time: header }, { requiredKeys: [] }),
    timestamp: fc.date({ noInvalidDate: false }),
  });

  fc.assert(
    fc.property(records, ({ value, ...more }) => {
      const one = recordOf(value, more as Partial<ReceivedRecord>);
      assert.doesNotMatch(lineOf(one), /(?! )[\p{C}\p{Z}]/u);
      isAbout(one, '42');
    }),
    { numRuns: 500 },
  );
});
