import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../responses/problem.ts';
import { escapePointer, parseJsonBody } from './json-body.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const MAX = Number.MAX_SAFE_INTEGER;

const FIT: [string, unknown][] = [
  ['', undefined],
  ['\ufeff{}', {}],
  [' { "a" : [1, "x", true, null] } ', { a: [1, 'x', true, null] }],
  ['{"constructor":1,"prototype":2,"toString":3}', { constructor: 1, prototype: 2, toString: 3 }],
  ['"\\ud83d\\ude00"', '😀'],
  ['"😀"', '😀'],
  ['[-1.5e3,1e-300,5e-324,0.1,1.0]', [-1500, 1e-300, 5e-324, 0.1, 1]],
  ['[9007199254740991,-9007199254740991,9007199254740991.0]', [MAX, -MAX, MAX]],
  ['[0,-0,0.0,0e5,-0.00e-400]', [0, -0, 0, 0, -0]],
  ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', { a: { a: { a: 1 } }, b: [{ a: 1 }, { a: 1 }] }],
  ['{"a":1,"A":2,"":3,"á":4,"a\u0301":5}', { a: 1, A: 2, '': 3, á: 4, 'a\u0301': 5 }],
  ['{"/*":"// no comment","b":"a\u2028b"}', { '/*': '// no comment', b: 'a\u2028b' }],
  ['"\\\\u0000"', '\\u0000'],
];

for (const [text, value] of FIT) {
  test(`the body ${text || '(nothing)'} is accepted unchanged`, () => {
    assert.deepEqual(parseJsonBody(Buffer.from(text)), value);
  });
}

const UNFIT: [string, string | Uint8Array, string?][] = [
  ['that is null', 'null'],
  ['that breaks off', '{"a":'],
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
  ['with a number that overflows', '{"a":[{"b":1e400}]}', '/a/0/b'],
  ['with a number that underflows', '{"a":1e-400}', '/a'],
  ['with a number that underflows below zero', '{"a":-0.1E-400}', '/a'],
  ['with a number that is written out and underflows', `{"a":0.${'0'.repeat(400)}1}`, '/a'],
  ['with 1e16, which a double represents as an integer', '[1e16]', '/0'],
  ['with -1.5e300', '{"a":-1.5e300}', '/a'],
  ['with 2^53', '{"a":9007199254740992}', '/a'],
  ['with 2^53 + 1', '{"a":[0,9007199254740993]}', '/a/1'],
  ['with -2^53', '{"a":-9007199254740992}', '/a'],
  ['with an integer of thirty digits', `{"a":${'9'.repeat(30)}}`, '/a'],
  ['with 2^53 + 1 as a fraction', '{"a":9007199254740993.0}', '/a'],
  ['with 2^53 + 1 and an exponent', '{"a":9007199254740993e0}', '/a'],
  ['with 2^53 + 1 in scientific notation', '{"a":9.007199254740993E+15}', '/a'],
  ['with 2^53 + 1 and a negative exponent', '{"a":90071992547409930e-1}', '/a'],
  ['that is a number too large', '9007199254740993', ''],
  ['with a repeated name', '{"a":1,"a":1}', '/a'],
  ['with a repeated name, deep inside', '{"x":[1,{"y/z":{"a":1,"b":2,"a":{}}}]}', '/x/1/y~1z/a'],
  ['with a repeated name, once in escapes', '{"a":1,"\\u0061":2}', '/a'],
  ['with a repeated empty name', '{"":1,"":2}', '/'],
  ['with U+0000 in a value that a later one hides', '{"a":"\\u0000","a":"x"}', '/a'],
  ['that nests too deep', nested(40)],
  ['that nests too deep in what a later name hides', `{"a":${nested(30_000)},"a":1}`],
  ['that nests too deep in objects', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ['that would overflow a recursion', nested(30_000)],
];

for (const [fault, body, path] of UNFIT) {
  test(`a body ${fault} is refused`, () => {
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

test('a body may nest up to the limit', () => {
  assert.ok(parseJsonBody(Buffer.from(nested(32))));
});

test('a name becomes a part of a JSON Pointer', () => {
  assert.equal(escapePointer('a/b~c~1'), 'a~1b~0c~01');
});
