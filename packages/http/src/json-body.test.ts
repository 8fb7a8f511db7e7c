import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapePointer, parseJsonBody } from './json-body.ts';
import { Problem } from './problem.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const FIT: [string, unknown][] = [
  ['', undefined],
  ['\ufeff{}', {}],
  [' { "a" : [1, "x", true, null] } ', { a: [1, 'x', true, null] }],
  ['{"constructor":1,"prototype":2,"toString":3}', { constructor: 1, prototype: 2, toString: 3 }],
  ['"\\ud83d\\ude00"', '😀'],
  ['"😀"', '😀'],
  ['1e308', 1e308],
  ['"\\\\u0000"', '\\u0000'],
];

for (const [text, value] of FIT) {
  test(`the body ${text || '(nothing)'} is taken as it is`, () => {
    assert.deepEqual(parseJsonBody(Buffer.from(text)), value);
  });
}

const UNFIT: [string, string | Uint8Array, string?][] = [
  ['that is null', 'null'],
  ['broken off', '{"a":'],
  ['with a comma too many', '[1,]'],
  ['that is no JSON', 'hello'],
  ['of two values', '{}{}'],
  ['that is not UTF-8', Uint8Array.from([0x22, 0xc3, 0x28, 0x22])],
  ['in UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ['with __proto__', '{"a":{"__proto__":{"isAdmin":true}}}'],
  ['with __proto__ written in escapes', '{"\\u005f_proto__":1}'],
  ['with constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}'],
  ['with U+0000 in a value', '{"a/b":["x","y\\u0000"]}', '/a~1b/1'],
  ['with U+0000 in a name', '{"a\\u0000":1}', ''],
  ['with half of a surrogate pair', '{"a":"\\ud83d"}', '/a'],
  ['with the other half alone', '{"a":"\\ude00\\ud83d"}', '/a'],
  ['with half of a pair in a name', '{"\\ud83d":1}', ''],
  ['with a number too large', '{"a":1e999}', '/a'],
  ['with a number too small', '{"a":[-1e999]}', '/a/0'],
  ['that nests too deep', nested(40)],
  ['that would overflow a recursion', nested(30_000)],
];

for (const [what, body, path] of UNFIT) {
  test(`a body ${what} is refused`, () => {
    assert.throws(
      () => parseJsonBody(Buffer.from(body as string)),
      (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.type, 'invalid-request');
        if (path !== undefined) assert.equal(error.errors?.[0]?.path, path);
        return true;
      },
    );
  });
}

test('a body may nest as deep as any of ours does', () => {
  assert.ok(parseJsonBody(Buffer.from(nested(32))));
});

test('a name becomes a part of a JSON Pointer', () => {
  assert.equal(escapePointer('a/b~c~1'), 'a~1b~0c~01');
});
