import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openChange } from './change.ts';
import { insertAfter } from './text-edits.ts';

/** A work tree with a few files. */
function openTree(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'change-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'a/deep'), { recursive: true });
  for (const path of ['a/one', 'a/deep/two', 'three']) writeFileSync(join(root, path), path);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return root;
}

test('a change is shown by a line for each file, and nothing is written until it is asked for', (t) => {
  const root = openTree(t);
  const change = openChange(root);
  change.create('b/new', 'new');
  change.edit('three', insertAfter('three', '!'));
  change.move('a/one', 'b/one');
  change.edit('b/one', insertAfter('one', '!'));
  change.remove('a/deep');

  assert.deepEqual(change.lines(), [
    'delete  a/deep/two',
    'create  b/new',
    'move    a/one -> b/one',
    'edit    three',
  ]);
  assert.deepEqual(change.files(), ['b/new', 'b/one', 'three']);
  assert.deepEqual(readdirSync(root).sort(), ['.git', 'a', 'three']);

  change.write();

  assert.deepEqual(readdirSync(root).sort(), ['.git', 'b', 'three'], 'empty folders are gone');
  for (const [path, text] of Object.entries({ 'b/new': 'new', 'b/one': 'a/one!', three: 'three!' }))
    assert.equal(readFileSync(join(root, path), 'utf8'), text);
});

test('a folder is moved with its files, and a file that was created and removed leaves nothing', (t) => {
  const root = openTree(t);
  const change = openChange(root);
  change.create('new', '');
  change.remove('new');
  change.move('a', 'c');
  change.write();

  assert.deepEqual(change.lines(), ['move    a/deep/two -> c/deep/two', 'move    a/one -> c/one']);
  assert.equal(readFileSync(join(root, 'c/deep/two'), 'utf8'), 'a/deep/two');
  assert.ok(!existsSync(join(root, 'a')));
});

test('an edit without its anchor, and a file that is there already, are refused by the name of the file', (t) => {
  const change = openChange(openTree(t));

  assert.throws(() => change.edit('three', insertAfter('four', '')), {
    name: 'Failure',
    message: 'three cannot be edited: the anchor "four" is not in it.',
  });
  assert.throws(() => change.create('three', ''), { message: 'There is a file three already.' });
  assert.throws(() => change.move('a/one', 'three'), { message: /^a\/one cannot be moved/ });
  assert.throws(() => change.read('four'), { message: 'There is no file four.' });
});
