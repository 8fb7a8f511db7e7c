import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sku } from './fields.ts';

test('a sku is 1 to 64 of A-Z, 0-9 and -, and does not begin with -', () => {
  for (const good of ['A', '0', 'SOLD-OUT', 'A-', 'A'.repeat(64)])
    assert.ok(sku.safeParse(good).success, good);
  for (const bad of ['', '-A', 'a', 'A_B', 'Ä', 'A ', ' A', 'A\n', 'A'.repeat(65), 1, null])
    assert.ok(!sku.safeParse(bad).success, JSON.stringify(bad));
});
