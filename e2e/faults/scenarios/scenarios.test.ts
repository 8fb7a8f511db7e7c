import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENARIOS, shortForm } from './scenarios.ts';

test('there are more than forty scenarios, each with a name of its own', () => {
  assert.ok(SCENARIOS.length >= 40);
  assert.equal(new Set(SCENARIOS.map(({ name }) => name)).size, SCENARIOS.length);
});

test('the short form has one scenario of each kind', () => {
  const kinds = shortForm().map(({ kind }) => kind);
  assert.deepEqual(kinds.toSorted(), [...new Set(SCENARIOS.map(({ kind }) => kind))].sort());
  assert.equal(new Set(kinds).size, kinds.length);
});
