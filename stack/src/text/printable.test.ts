import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  jsonLine,
  jsonObject,
  printable,
  printableJson,
  printableLines,
  shortened,
  valueText,
} from './printable.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u;

test('no text moves the cursor, ends the line or turns its direction', () => {
  fc.assert(fc.property(anyText, (text) => assert.doesNotMatch(printable(text), UNPRINTABLE)));
  assert.equal(
    printable('a\u001b[2Jb\u202ec\u2028d\u0085\n'),
    'a\\x1b[2Jb\\xe2\\x80\\xaec\\xe2\\x80\\xa8d\\xc2\\x85\\x0a',
  );
  assert.equal(printable('Grüße, 日本 😀 \\'), 'Grüße, 日本 😀 \\');
  assert.equal(printableLines('one\n\ttwo\r\n'), 'one\n\\x09two\\x0d\n');
});

test('a printable text is not escaped again', () => {
  fc.assert(fc.property(anyText, (text) => assert.equal(printable(printable(text)), printable(text))));
});

test('printable JSON is still the same JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const shown = printableJson(JSON.stringify(value, null, 2));
      assert.deepEqual(JSON.parse(shown), JSON.parse(JSON.stringify(value)));
      assert.doesNotMatch(shown.replaceAll('\n', ''), UNPRINTABLE);
    }),
  );
});

test('any value of JSON has a text, also one that is nested too deeply for JSON.stringify', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.doesNotMatch(valueText(value), UNPRINTABLE)));
  const deep = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));

  assert.equal(jsonLine(deep), '(nested too deeply to be shown)');
  assert.deepEqual([null, undefined, 0, false, '', {}].map(valueText), ['', '', '0', 'false', '', '{}']);
  assert.equal(valueText({ toString: null, valueOf: null }), '{"toString":null,"valueOf":null}');
});

test('a long text is shown by its beginning and its length, and a surrogate pair is not halved visibly', () => {
  assert.equal(shortened('abc', 3), 'abc');
  assert.equal(shortened('abcd', 3), 'abc… (4 characters)');
  assert.equal(shortened('ab😀', 3), 'ab\ufffd… (4 characters)');
});

test('only an object of JSON is one', () => {
  assert.deepEqual(jsonObject('{"a":1}'), { a: 1 });
  for (const text of ['null', '[1]', '7', '"a"', 'true', 'no', ''])
    assert.equal(jsonObject(text), undefined, text);
});
