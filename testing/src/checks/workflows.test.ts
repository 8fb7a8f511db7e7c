import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../runner/test-files.ts';

type Step = { uses?: string; with?: Record<string, unknown> };
type Job = {
  uses?: string;
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string> | string;
  steps?: Step[];
  'timeout-minutes'?: number;
  strategy?: { matrix: Record<string, string[]> };
};
type Workflow = {
  on: Record<string, unknown>;
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Record<string, Job>;
};

const files = globSync('.github/workflows/*.yml', { cwd: root });
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const workflow = (name: string): Workflow => parse(read(pathOf(name)));
const pathOf = (name: string) => `.github/workflows/${name}.yml`;

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
  test(`${file} pins its actions, has few permissions and has a time limit`, () => {
    assert.deepEqual(faultsOf(read(file)), []);
  });
}

test('each fault of a careless workflow is reported', () => {
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
  const { build, publish } = workflow('images').jobs;
  assert.ok(build?.strategy?.matrix.image?.length);
  assert.deepEqual(publish?.strategy?.matrix.image, build.strategy.matrix.image);
});

/** Workflows that publish images before a test has passed, or although it failed. */
function missingNeedsOf({ jobs }: Workflow): string[] {
  const calls = (name: string, job?: Job) => job?.uses === `./${pathOf(name)}`;
  return Object.entries(jobs)
    .filter(([, job]) => calls('images', job))
    .flatMap(([name, { needs = [], if: condition }]) => [
      ...['ci', 'compose', 'cluster']
        .filter((tests) => ![needs].flat().some((needed) => calls(tests, jobs[needed])))
        .map((tests) => `${name} does not wait for ${tests}`),
      ...(condition ? [`${name} has a condition of its own`] : []),
    ]);
}

test('images are published from main and for a release, when all tests have passed', () => {
  const publishers = files.filter((file) => read(file).includes(`uses: ./${pathOf('images')}`));
  assert.deepEqual(publishers.sort(), [pathOf('main'), pathOf('release')]);
  for (const file of publishers) assert.deepEqual(missingNeedsOf(parse(read(file))), []);
  // Alone it runs only for a pull request, where it does not publish.
  assert.deepEqual(Object.keys(workflow('images').on).sort(), ['pull_request', 'workflow_call']);
  assert.match(workflow('images').jobs.publish?.if ?? '', /^github\.event_name != 'pull_request' &&/);
});

test('each test that a publishing workflow does not wait for is reported', () => {
  const impatient = `
jobs:
  ci:
    uses: ./.github/workflows/ci.yml
  cluster:
    uses: ./.github/workflows/cluster.yml
  images:
    needs: ci
    if: always()
    uses: ./.github/workflows/images.yml
`;
  assert.deepEqual(missingNeedsOf(parse(impatient)), [
    'images does not wait for compose',
    'images does not wait for cluster',
    'images has a condition of its own',
  ]);
});

test('each test runs once for a commit of main, and the images are built again each week', () => {
  for (const tests of ['ci', 'compose', 'cluster']) {
    assert.deepEqual(Object.keys(workflow(tests).on).sort(), ['pull_request', 'workflow_call']);
  }
  assert.deepEqual(Object.keys(workflow('main').on).sort(), ['push', 'schedule']);
});

test('only the jobs that publish images or a release may write', () => {
  const writers = files.flatMap((file) =>
    Object.entries((parse(read(file)) as Workflow).jobs).flatMap(([name, { permissions = {} }]) => {
      const given = typeof permissions === 'string' ? { [permissions]: 'write' } : permissions;
      const written = Object.keys(given).filter((what) => given[what] === 'write');
      return written.length ? [`${file.split('/').at(-1)} ${name}: ${written.join(', ')}`] : [];
    }),
  );
  assert.deepEqual(writers.sort(), [
    'images.yml publish: packages, id-token',
    'main.yml images: packages, id-token',
    'release.yml images: packages, id-token',
    'release.yml release: contents',
  ]);
});
