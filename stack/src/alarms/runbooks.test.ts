import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../project.ts';

test('every alarm that the code can raise has a page', () => {
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
  assert.ok(raised.length > 0);
  assert.deepEqual(
    raised.filter((code) => !pages.includes(code)),
    [],
  );
});
