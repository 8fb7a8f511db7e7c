import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundedName, readableBytes, readableText } from './readable.ts';

const CASES: [bytes: Buffer, text: string][] = [
  [Buffer.from('0198c5a0-0000-7000-8000-000000000001'), '0198c5a0-0000-7000-8000-000000000001'],
  [Buffer.from('Grüße, 東京 🎉'), 'Grüße, 東京 🎉'],
  [Buffer.from(''), ''],
  [Buffer.from('a\0b'), 'a\\x00b'],
  [Buffer.from('a\\x00b'), 'a\\\\x00b'],
  [Buffer.from('\x1b[31mred\n'), '\\x1b[31mred\\x0a'],
  [Buffer.from('a\u202eb'), 'a\\xe2\\x80\\xaeb'],
  [Buffer.from('a\u00a0b'), 'a\\xc2\\xa0b'],
  [Buffer.from([0, 0, 0, 0, 0, 0, 4, 0xd2]), '\\x00\\x00\\x00\\x00\\x00\\x00\\x04\\xd2'],
  [Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3]), 'a\\xffé\\xc3'],
  // A lone surrogate, which UTF-8 does not allow.
  [Buffer.from([0xed, 0xa0, 0x80]), '\\xed\\xa0\\x80'],
  [Buffer.from('\ufffd'), '\ufffd'],
];

for (const [bytes, text] of CASES) {
  test(`the bytes ${bytes.toString('hex') || 'none'} are written as ${text}`, () => {
    assert.equal(readableBytes(bytes), text);
  });
}

/** A mixture of text, control characters, halves of characters and any bytes. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary', maxLength: 6 }).map((text) => Buffer.from(text)),
      fc.constantFrom('\\', '\\x', '\\x00', '\\\\').map((text) => Buffer.from(text)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));

/** Reads the original bytes back from their readable text. */
function unreadable(text: string): Buffer {
  const parts = text.split(/(\\\\|\\x[0-9a-f]{2})/);
  return Buffer.concat(
    parts.map((part) => {
      if (part === '\\\\') return Buffer.from('\\');
      return part.startsWith('\\x') ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part);
    }),
  );
}

test('any bytes can be read back from their text, which has visible characters only', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = readableBytes(bytes);

      assert.deepEqual(unreadable(text), bytes);
      assert.doesNotMatch(text, /(?! )[\p{C}\p{Z}]/u);
    }),
    { numRuns: 1_000 },
  );
});

test('text and its bytes have the same readable form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(readableText(text), readableBytes(Buffer.from(text)));
    }),
  );
});

test('a name is bounded, and differs for long texts that begin alike', () => {
  const long = 'x'.repeat(1_000_000);

  assert.equal(boundedName('x'.repeat(255)), 'x'.repeat(255));
  assert.ok(boundedName(long).length < 256);
  assert.notEqual(boundedName(`${long}1`), boundedName(`${long}2`));
  assert.match(boundedName(long), /^x{160}\\\.\.\. \(1000000 characters, sha256 [0-9a-f]{32}\)$/);
});

for (const byte of [0x00, 0x09, 0x5c, 0x80, 0xff]) {
  test(`a megabyte of ${byte} is written in a fraction of a second`, () => {
    const bytes = Buffer.alloc(1_048_576, byte);
    const began = process.cpuUsage();

    assert.equal(readableBytes(bytes).length, (byte === 0x5c ? 2 : 4) * bytes.length);
    // Some 0.1 s where nothing else runs.
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 1_500_000);
  });
}
