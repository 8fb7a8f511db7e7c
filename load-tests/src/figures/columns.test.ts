import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns } from './columns.ts';

test('text is aligned to the left, numbers to the right, and headings with their column', () => {
  const table = columns([
    ['rate', 'until', 'p50 ms'],
    ['20', 'confirmed', '9.5'],
    ['100', '', '1.2 x 3'],
  ]);
  assert.deepEqual(table, [
    '  rate  until       p50 ms',
    '    20  confirmed      9.5',
    '   100             1.2 x 3',
  ]);
});
