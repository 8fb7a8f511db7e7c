import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../project.ts';

/** Pages that belong to no alarm. */
const OTHERS = ['README', 'reconciliation-differences'];

test('every alarm that the code can raise has a page, and every page belongs to an alarm', () => {
  const raised = globSync('{services,packages}/*/src/**/*.ts', { cwd: repository })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      readFileSync(join(repository, file), 'utf8')
        .matchAll(/\balarm\(\s*'([a-z-]+)',/g)
        .toArray(),
    )
    .map(([, code = '']) => code);
  const pages = globSync('*.md', { cwd: join(repository, 'docs/runbooks') }).map((page) =>
    basename(page, '.md'),
  );
  assert.deepEqual(pages.filter((page) => !OTHERS.includes(page)).sort(), [...new Set(raised)].sort());
});
