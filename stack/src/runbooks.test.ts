import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from './project.ts';
import { runbooks } from './runbooks.ts';

test('every alarm that the code can raise has a page, and no page is for an alarm that nobody raises', () => {
  const raised = globSync('{services,packages}/*/src/**/*.ts', { cwd: repository })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      readFileSync(join(repository, file), 'utf8')
        .matchAll(/\balarm\(\s*(['"])(.+?)\1,/g)
        .toArray(),
    )
    .map(([, , words]) => words);
  assert.deepEqual([...new Set(raised)].sort(), Object.keys(runbooks).sort());
});

test('every page that an alarm names is there', () => {
  for (const page of Object.values(runbooks))
    assert.ok(existsSync(join(repository, 'docs/runbooks', page)), page);
});
