import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sagaPicture, sagaTable } from '../scripts/saga-picture.ts';

test('the picture in docs/saga.md is that of the code: npm run saga -- --mermaid', () => {
  const page = readFileSync(`${import.meta.dirname}/../../../docs/saga.md`, 'utf8');

  assert.equal(/```mermaid\n([\s\S]*?)\n```/.exec(page)?.[1], sagaPicture());
});

test('the table has an entry for every pair of a status and a trigger', () => {
  const [head = '', ...rows] = sagaTable().split('\n');

  assert.deepEqual(head.split(/ {2,}/), ['an order that is', 'placed', 'reserved', 'confirmed', 'cancelled']);
  for (const row of rows) assert.equal(row.split(/ {2,}/).length, 5, row);
  assert.match(sagaTable(), /^stock\.rejected +cancelled, out-of-stock +alarm +alarm +ignore$/m);
});
