import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { root } from './test-files.ts';

type Step = { uses?: string; with?: Record<string, unknown> };
type Job = {
  uses?: string;
  steps?: Step[];
  'timeout-minutes'?: number;
  strategy?: { matrix: Record<string, string[]> };
};
type Workflow = { permissions?: unknown; concurrency?: unknown; jobs: Record<string, Job> };

const files = globSync('.github/workflows/*.yml', { cwd: root });
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What `check:workflows` does not look at: it knows the language, and not how careful we want to be. */
function faultsOf(text: string): string[] {
  const { permissions, concurrency, jobs } = parse(text) as Workflow;
  const faults = text
    .split('\n')
    .filter(
      (line) => /\buses:/.test(line) && !/uses: (\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line),
    )
    .map((line) => `not pinned to a commit with its version: ${line.trim()}`);
  if (!['{}', '{"contents":"read"}'].includes(JSON.stringify(permissions))) {
    faults.push('every job may do more than read');
  }
  if (!concurrency) faults.push('no concurrency group');
  for (const [name, { uses, steps = [], 'timeout-minutes': timeout }] of Object.entries(jobs)) {
    if (!uses && !timeout) faults.push(`${name} has no timeout`);
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'));
    if (checkouts.some((step) => step.with?.['persist-credentials'] !== false)) {
      faults.push(`${name} leaves its token in the clone`);
    }
  }
  return faults;
}

for (const file of files) {
  test(`${file} pins its actions, may do little, and ends`, () => {
    assert.deepEqual(faultsOf(read(file)), []);
  });
}

test('a careless workflow is told each fault', () => {
  const careless = `
permissions: write-all
jobs:
  test:
    steps:
      - uses: actions/checkout@v6
`;
  assert.deepEqual(faultsOf(careless), [
    'not pinned to a commit with its version: - uses: actions/checkout@v6',
    'every job may do more than read',
    'no concurrency group',
    'test has no timeout',
    'test leaves its token in the clone',
  ]);
});

test('the images that are published are those that were scanned', () => {
  const { build, publish } = (parse(read('.github/workflows/images.yml')) as Workflow).jobs;
  assert.ok(build?.strategy?.matrix.image?.length);
  assert.deepEqual(publish?.strategy?.matrix.image, build.strategy.matrix.image);
});
