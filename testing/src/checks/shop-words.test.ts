import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../runner/test-files.ts';
import { KEPT, shopWords } from './shop-words.ts';

test('the packages, the stack, the testing tools and the monitoring contain no word of the shop', () => {
  const files = globSync('{packages,stack,testing,monitoring}/**/*.{ts,json,sql}', {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  }).filter((file) => KEPT.test(file));

  assert.ok(files.length > 100);
  assert.deepEqual(
    files.flatMap((file) => shopWords(file, readFileSync(join(root, file), 'utf8'))),
    [],
  );
});

test('a word of the shop is found with its line', () => {
  assert.deepEqual(shopWords('packages/a/src/a.ts', 'in order\nconst { sku } = product;'), [
    'packages/a/src/a.ts:2  sku',
  ]);
});
