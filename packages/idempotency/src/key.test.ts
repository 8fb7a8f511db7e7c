import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@repo/http';
import { parseKey } from './key.ts';

const GOOD: [string, string][] = [
  ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['"8e03978e"', '8e03978e'],
  ['"with \\"quotes\\" and \\\\"'.replaceAll(' ', '-'), 'with-"quotes"-and-\\'],
  ['a', 'a'],
  ['a"b', 'a"b'],
  ['k;v=1', 'k;v=1'],
  ['?1', '?1'],
  ['"k";v=1', 'k'],
  ['"k"; v="a b"; w; x=?0', 'k'],
  ['"k";v=1.5;u=:aGk=:', 'k'],
  ['"k;v=1"', 'k;v=1'],
  ['"k" ', 'k'],
  ['a'.repeat(255), 'a'.repeat(255)],
  [`"${'a'.repeat(255)}"`, 'a'.repeat(255)],
  ['!~', '!~'],
];

for (const [header, key] of GOOD) {
  test(`the header ${header.slice(0, 40)} holds the key ${key.slice(0, 40)}`, () => {
    assert.equal(parseKey(header), key);
  });
}

const BAD = [
  '',
  '""',
  ' ',
  'two words',
  '"two words"',
  'a'.repeat(256),
  'ключ',
  'a\tb',
  'a\u007f',
  'é',
].concat(['"', '"a', '"a"b', '"a";', '"a";V=1', '"a";v=', '"a", "b"', '"a" "b"', '"a\\n"', '"\\"', '"é"']);

for (const header of BAD) {
  test(`the header ${JSON.stringify(header.slice(0, 40))} holds no key`, () => {
    assert.throws(() => parseKey(header), isProblem('idempotency-key-invalid'));
  });
}

test('a missing header is refused', () => {
  assert.throws(() => parseKey(undefined), isProblem('idempotency-key-missing'));
});

function isProblem(type: string) {
  return (error: unknown) => error instanceof Problem && error.type === type;
}
