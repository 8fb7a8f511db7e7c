import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CRASH_POINTS } from './crash-points.ts';
import { applyEdit, type Edit } from './edit.ts';
import { MUTANTS, mutantNames } from './mutants.ts';
import { OBSERVERS } from './observers.ts';
import { isPresent } from './present-edits.ts';
import { SHORTER_TIMEOUTS } from './shorter-timeouts.ts';

const root = join(import.meta.dirname, '../..');

/** The files of some edits, as they are loaded in a run. */
function edited(edits: readonly Edit[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const edit of edits.filter(isPresent)) {
    const source = files.get(edit.file) ?? readFileSync(join(root, edit.file), 'utf8');
    files.set(edit.file, applyEdit(source, edit));
  }
  return files;
}

const always = [...Object.values(CRASH_POINTS), ...OBSERVERS, ...SHORTER_TIMEOUTS];

test('every crash point, observer and shorter timeout fits the present code', () => {
  edited(always);
});

for (const name of mutantNames) {
  test(`the mutant ${name} fits the present code`, () => {
    edited([...MUTANTS[name].edits, ...always]);
  });
}

test('an edit whose text occurs never, or more than once, is refused', () => {
  const edit = { file: 'some.ts', find: 'a', replace: 'b' };
  assert.equal(applyEdit('cat', edit), 'cbt');
  assert.throws(() => applyEdit('dog', edit), /some.ts has 0 places/);
  assert.throws(() => applyEdit('banana', edit), /some.ts has 3 places/);
});
