import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.ts';

const request = {
  method: 'POST',
  path: '/v1/orders',
  ifMatch: '"1"',
  body: { a: 1, b: { c: [1, 2], d: 'x' } },
};
const hex = (changes: Partial<typeof request> | { body: unknown } = {}) =>
  fingerprintOf({ ...request, ...changes }).toString('hex');

test('the order of fields does not matter', () => {
  assert.equal(hex({ body: { b: { d: 'x', c: [1, 2] }, a: 1 } }), hex());
});

const OTHERS: [string, object][] = [
  ['another method', { method: 'PATCH' }],
  ['another path', { path: '/v1/orders/7/cancel' }],
  ['another If-Match', { ifMatch: '"2"' }],
  ['no If-Match', { ifMatch: undefined }],
  ['another value', { body: { ...request.body, a: 2 } }],
  ['a text for a number', { body: { ...request.body, a: '1' } }],
  ['items in another order', { body: { a: 1, b: { c: [2, 1], d: 'x' } } }],
  ['a field more', { body: { ...request.body, e: null } }],
  ['no body', { body: undefined }],
];

for (const [what, changes] of OTHERS) {
  test(`a request with ${what} is another request`, () => {
    assert.notEqual(hex(changes), hex());
  });
}

test('what was parsed from JSON has the same fingerprint, however its fields are shuffled', () => {
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
