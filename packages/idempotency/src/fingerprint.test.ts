import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.ts';

const request = {
  method: 'POST',
  path: '/v1/meters',
  ifMatch: '"1"',
  body: { a: 1, b: { c: [1, 2], d: 'x' } },
};
const hex = (changes: Partial<typeof request> | { body: unknown } = {}) =>
  fingerprintOf({ ...request, ...changes }).toString('hex');

test('the sequence of fields does not matter', () => {
  assert.equal(hex({ body: { b: { d: 'x', c: [1, 2] }, a: 1 } }), hex());
});

const OTHERS: [string, object][] = [
  ['another method', { method: 'PATCH' }],
  ['another path', { path: '/v1/meters/7/seal' }],
  ['another If-Match', { ifMatch: '"2"' }],
  ['no If-Match', { ifMatch: undefined }],
  ['another value', { body: { ...request.body, a: 2 } }],
  ['a text for a number', { body: { ...request.body, a: '1' } }],
  ['items in another sequence', { body: { a: 1, b: { c: [2, 1], d: 'x' } } }],
  ['one more field', { body: { ...request.body, e: null } }],
  ['no body', { body: undefined }],
];

for (const [difference, changes] of OTHERS) {
  test(`a request with ${difference} is another request`, () => {
    assert.notEqual(hex(changes), hex());
  });
}

test('any JSON object has the same fingerprint when its fields are shuffled', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (body) => {
      const shuffled = Object.fromEntries(Object.entries(body).reverse());

      assert.equal(
        hex({ body: JSON.parse(JSON.stringify(shuffled)) }),
        hex({ body: JSON.parse(JSON.stringify(body)) }),
      );
    }),
  );
});
