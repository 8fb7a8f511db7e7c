import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from './project.ts';
import { alarms } from './runbooks.ts';

const pages = globSync('*.md', { cwd: join(repository, 'docs/runbooks') });

test('every alarm that the code can raise has a page', () => {
  const raised = globSync('{services,packages}/*/src/**/*.ts', { cwd: repository })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      readFileSync(join(repository, file), 'utf8')
        .matchAll(/\balarm\(\s*'([a-z-]+)',/g)
        .toArray(),
    )
    .map(([, code]) => code);
  assert.deepEqual([...new Set(raised)].sort(), alarms);
  for (const code of alarms) assert.ok(pages.includes(`${code}.md`), code);
});

test('every page belongs to an alarm, or to what reconciling finds', () => {
  const others = pages.filter((page) => !alarms.includes(page.replace('.md', '')));
  assert.deepEqual(others.sort(), ['README.md', 'reconciliation-differences.md']);
});
