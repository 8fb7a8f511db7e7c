import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from './table.ts';

test('numbers are aligned to the right, words to the left, and null is empty', () => {
  const at = new Date('2026-01-02T03:04:05.006Z');
  assert.equal(
    table(
      ['sku', 'left', 'at'],
      [
        ['KEYBOARD', 5, at],
        ['MOUSE', 12, null],
      ],
    ),
    [
      'sku       left  at',
      '--------  ----  ------------------------',
      'KEYBOARD     5  2026-01-02T03:04:05.006Z',
      'MOUSE       12',
      '(2 rows)',
    ].join('\n'),
  );
});

test('objects are shown as JSON and bytes as Postgres writes them', () => {
  const text = table(['metadata', 'raw'], [[{ gift: true }, Buffer.from('hi')]]);
  assert.match(text, /\{"gift":true\}\s+\\x6869/);
});

test('a query without rows shows their number', () => {
  assert.match(table(['id'], []), /\(0 rows\)$/);
});
