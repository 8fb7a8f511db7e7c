import assert from 'node:assert/strict';
import { test } from 'node:test';
import { id, instant, key, metadata, text } from './fields.ts';

test('metadata is an object of up to 4 KB, counted in bytes as JSON', () => {
  const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

  assert.ok(metadata.safeParse({}).success);
  assert.ok(metadata.safeParse(ofBytes(4096)).success);
  assert.ok(!metadata.safeParse(ofBytes(4097)).success);
  assert.ok(!metadata.safeParse({ a: 'ä'.repeat(2048) }).success);
  for (const bad of [[], null, 'a', 1]) assert.ok(!metadata.safeParse(bad).success, JSON.stringify(bad));
});

const ID = '0198c5a0-0000-7000-8000-00000000000a';

test('an id is a UUID of any version, the same one in any case', () => {
  assert.equal(id.parse(ID.toUpperCase()), ID);
  assert.equal(id.parse('ABCDEF00-0000-0000-0000-000000000000'), 'abcdef00-0000-0000-0000-000000000000');
  for (const bad of ['', 'x', `${ID}\n`, ` ${ID}`, `{${ID}}`, `urn:uuid:${ID}`, ID.replaceAll('-', ''), 1])
    assert.ok(!id.safeParse(bad).success, JSON.stringify(bad));
});

test('a key that is a UUID becomes lower case, and any other key stays as it is', () => {
  assert.equal(key.parse(ID.toUpperCase()), ID);
  for (const other of ['KEYBOARD', '', `${ID.toUpperCase()} `]) assert.equal(key.parse(other), other);
});

test('an instant is a time of any year that has four digits, with its offset', () => {
  for (const good of [
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999-23:59',
    '2026-02-28T00:00:00.123456789Z',
  ])
    assert.ok(Number.isFinite(instant.parse(good).getTime()), good);
  for (const bad of [
    '',
    'now',
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '10000-01-01T00:00:00Z',
  ])
    assert.ok(!instant.safeParse(bad).success, bad);
});

test('a text has a visible character, one line and no control character', () => {
  const name = text(200);
  for (const good of ['a', 'Ein Name – mit „Zeichen“', '名', '👩‍👩‍👧', ' a ', '?', 'x'.repeat(200)])
    assert.ok(name.safeParse(good).success, good);
  const blank = ['', ' ', '\u00a0', '\u3000\u2003', '\u200b', '\ufeff', '\u200d\u2060', '\u0301'];
  const controls = [
    '\0',
    '\t',
    '\n',
    '\r',
    '\x1b',
    '\x1f',
    '\x7f',
    '\x80',
    '\x85',
    '\x9f',
    '\u2028',
    '\u2029',
  ];
  for (const bad of [...blank, ...controls, ...controls.map((each) => `a${each}b`), 'x'.repeat(201), 1])
    assert.ok(!name.safeParse(bad).success, JSON.stringify(bad));
});
