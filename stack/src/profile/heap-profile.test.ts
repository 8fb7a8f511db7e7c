import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classSizes } from './heap-profile.ts';

test('objects are counted by class, and strings together, since the name of a string is its text', () => {
  const snapshot = {
    snapshot: { meta: { node_fields: ['type', 'name', 'self_size'], node_types: [['object', 'string']] } },
    strings: ['Order', 'tok_secret'],
    nodes: [0, 0, 40, 0, 0, 24, 1, 1, 100],
  };
  assert.deepEqual(classSizes(snapshot), [
    { name: '(string)', count: 1, bytes: 100 },
    { name: 'Order', count: 2, bytes: 64 },
  ]);
});
