import assert from 'node:assert/strict';
import { test } from 'node:test';
import { privateWords } from './private-words.ts';

test('a private word is found with its line and the term of the field', () => {
  assert.deepEqual(privateWords('a.ts', 'const x = 1;\nconst bell = createBell();'), [
    'a.ts:2  bell  (wake signal, notify)',
  ]);
});

test('a dead letter is a term of the field, and a letter is not', () => {
  assert.deepEqual(privateWords('a.md', 'A dead letter. Dead letters. deadLetter, dead-letter-created'), []);
  assert.equal(privateWords('a.md', 'The letter is kept.').length, 1);
});

test('a door is a private word, and the code of one is not', () => {
  assert.deepEqual(privateWords('a.ts', 'a door code, door-code.issued, door_code, doorCode'), []);
  assert.equal(privateWords('a.ts', 'one door of the service').length, 1);
});

test('a word that only contains a private word is accepted', () => {
  assert.deepEqual(privateWords('a.md', 'recommended, string, indoors, adoring, wallet, twine, essays'), []);
});
