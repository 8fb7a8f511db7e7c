import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..', '..');
const config = join(root, '.dependency-cruiser.mjs');

// Each boundary, a file that crosses it, and how. Some of them are in a folder of their service.
const BREACHES = [
  ['no-service-imports-another', 'services/a/src/routes.ts', "import '../../b/src/noun.ts'"],
  [
    'services-are-reached-over-the-network',
    'e2e/a.test.ts',
    "import type { X } from '../services/b/src/noun.ts'",
  ],
  ['services-use-packages-only', 'services/a/test/a.test.ts', "import '../../../stack/src/index.ts'"],
  ['production-imports-no-test-code', 'services/a/src/app.ts', "import '../../../testing/src/index.ts'"],
  ['packages-stand-at-the-bottom', 'packages/a/src/a.test.ts', "import '../../../stack/src/index.ts'"],
  ['stand-ins-import-nothing-of-ours', 'external/a/src/main.ts', "import '../../../packages/a/src/index.ts'"],
  ['stand-ins-are-reached-over-the-network', 'testing/src/a.ts', "import('../../external/b/src/main.ts')"],
  ['the-stack-needs-no-tests', 'demo/src/start.ts', "import '../../testing/src/index.ts'"],
  ['the-stack-knows-no-shop', 'stack/src/control/write-running.ts', "import '../../../demo/src/shop.ts'"],
  ['the-machinery-knows-no-contract', 'packages/a/src/event.ts', "import '../../contracts/src/a.ts'"],
  ['kafkajs-in-events-alone', 'packages/a/src/kafka.ts', "import type { Kafka } from 'kafkajs'"],
  ['the-domain-imports-nothing', 'services/a/src/stock/order.ts', "import 'node:fs'"],
  ['packages-are-imported-by-name', 'services/a/src/main.ts', "import '../../../packages/a/src/index.ts'"],
  ['what-is-imported-is-declared', 'services/a/src/stock/place-order.ts', "import 'not-declared'"],
  ['production-imports-no-dev-dependency', 'services/a/src/cancel-order.ts', "import 'dev-only'"],
  ['no-circles', 'services/a/src/order-store.ts', "import './order-store.ts'"],
] as const;

// The template of new services is held to the boundaries of a service.
const TEMPLATE = 'scaffolding/templates/service';
const BREACHES_OF_TEMPLATE = [
  ['no-service-imports-another', `${TEMPLATE}/src/routes.ts`, "import '../../../../services/b/src/noun.ts'"],
  ['services-use-packages-only', `${TEMPLATE}/test/a.test.ts`, "import '../../../../stack/src/index.ts'"],
  ['production-imports-no-test-code', `${TEMPLATE}/src/app.ts`, "import '../../../../testing/src/index.ts'"],
  ['the-domain-imports-nothing', `${TEMPLATE}/src/noun.ts`, "import 'node:fs'"],
] as const;

const INNOCENT = {
  'services/a/package.json': '{ "devDependencies": { "dev-only": "1" } }',
  'services/a/node_modules/dev-only/package.json': '{ "name": "dev-only", "main": "index.js" }',
  'services/a/node_modules/dev-only/index.js': '',
  'services/b/src/noun.ts': 'export type X = 1;',
  'packages/a/src/index.ts': '',
  'packages/contracts/src/a.ts': '',
  'external/b/src/main.ts': '',
  'stack/src/index.ts': '',
  'demo/src/shop.ts': '',
  'testing/src/index.ts': '',
  'load-tests/bench.ts': '',
};

test('each boundary stops an import that crosses it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tenfold-boundaries-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [file, text] of [
    ...Object.entries(INNOCENT),
    ...[...BREACHES, ...BREACHES_OF_TEMPLATE].map(([, file, text]) => [file, text] as const),
  ]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }

  const found = cruise(folder);

  for (const [boundary, file] of [...BREACHES, ...BREACHES_OF_TEMPLATE]) {
    assert.ok(found.includes(`${boundary} ${file}`), `${boundary} let ${file} through`);
  }
});

test('the test crosses every boundary', async () => {
  const { forbidden } = ((await import(config)) as { default: { forbidden: { name: string }[] } }).default;

  assert.deepEqual(
    forbidden.map(({ name }) => name),
    BREACHES.map(([boundary]) => boundary),
  );
});

function cruise(folder: string): string[] {
  const bin = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const folders = [
    'services',
    'packages',
    'external',
    'stack',
    'demo',
    'testing',
    'e2e',
    'load-tests',
    'scaffolding',
  ];
  const args = [bin, '--config', config, '--output-type', 'json', ...folders];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  assert.ok(stdout, stderr);
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string }[] };
  };
  return summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
}
