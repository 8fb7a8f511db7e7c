import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append, cut, insertAfter, insertAfterBlock, insertBefore, replace } from './text-edits.ts';

test('a text is inserted before or after its anchor, or replaces it', () => {
  assert.equal(insertAfter('b', 'X')('abc'), 'abXc');
  assert.equal(insertBefore(/b|$/m, 'X', { which: 'last' })('abc'), 'abcX');
  assert.equal(replace('b', '$&')('abc'), 'a$&c');
  assert.equal(replace(/[ab]/, (found) => found.toUpperCase(), { which: 'all' })('abc'), 'ABc');
  assert.equal(cut('b')('abc'), 'ac');
  assert.equal(append('d')('abc'), 'abcd');
});

test('an anchor that is missing, or that is there several times, is refused by its name', () => {
  assert.throws(() => insertAfter('x', '')('abc'), {
    name: 'AnchorMissing',
    message: 'the anchor "x" is not in it.',
  });
  assert.throws(() => cut(/[ab]/)('abc'), {
    name: 'AnchorMissing',
    message: 'the anchor /[ab]/ is in it 2 times.',
  });
});

test('a text is inserted after a block with all its lines, and not after the next block', () => {
  const text = 'services:\n  one:\n    a: 1\n\n    b: 2\n\n  one-2:\n    a: 1\n';

  assert.equal(
    insertAfterBlock('  one:', '  two: {}\n')(text),
    'services:\n  one:\n    a: 1\n\n    b: 2\n  two: {}\n\n  one-2:\n    a: 1\n',
  );
  assert.equal(insertAfterBlock('  one-2:', '  two: {}\n')(text), `${text}  two: {}\n`);
  assert.throws(() => insertAfterBlock('  two:', '')(text), { name: 'AnchorMissing' });
});
