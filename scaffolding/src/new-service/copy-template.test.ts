import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChange } from '../base/change.ts';
import { formsOf } from '../base/names.ts';
import { repository } from '../base/work-tree.ts';
import { copyService } from './copy-template.ts';

const names = {
  service: formsOf('example'),
  noun: formsOf('journal-entry'),
  nouns: formsOf('journal-entries'),
};
const example = { ...names, port: 3000, publishes: true, on: undefined };

test('the template under its own names is the template, apart from the package of its contract', () => {
  const change = openChange(repository);
  // After remove-shop there is a service of these names.
  for (const path of ['services/example', 'packages/contracts/src/example.ts']) change.remove(path);
  copyService(change, example);

  const template = change.files().filter((path) => path.startsWith('scaffolding/templates/service/'));
  assert.ok(template.length > 15);
  for (const path of template) {
    const copy = change.read(path.replace('scaffolding/templates/service', 'services/example'));
    const expected = change
      .read(path)
      .replace('@repo/service-template', '@repo/example')
      .replace('@repo/example-contracts', '@repo/contracts');
    assert.equal(copy, expected, path);
  }
  assert.match(
    change.read('packages/contracts/src/example.ts'),
    /JournalEntryRequested[\s\S]+JournalEntryRecorded/,
  );
});

test('no form of the names of the template is left in a copy', () => {
  const change = openChange(repository);
  const made = {
    ...example,
    service: formsOf('gift'),
    noun: formsOf('gift-card'),
    nouns: formsOf('gift-cards'),
    port: 3009,
  };
  copyService(change, made);

  const copies = change
    .files()
    .filter((path) => /^services\/gift\/|^packages\/contracts\/src\/gift/.test(path));
  assert.ok(copies.length > 15);
  const left = copies.filter((path) => /example|journal|3000/i.test(path + change.read(path)));
  assert.deepEqual(left, []);
});
