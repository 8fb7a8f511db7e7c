import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..', '..');

// Each rule of biome.json that holds for some paths only, a file that breaks it, and how.
const BREACHES = [
  ['style/noRestrictedImports', 'services/a/src/place-order.ts', "import { sql } from '@repo/postgres';"],
  [
    'style/noRestrictedImports',
    'services/a/src/stock/sell-stock.ts',
    "import { sql } from '@repo/postgres';",
  ],
  [
    'style/noRestrictedImports',
    'scaffolding/templates/service/src/place-order.ts',
    "import { sql } from '@repo/postgres';",
  ],
  ['style/noProcessEnv', 'scaffolding/templates/service/src/app.ts', 'export const url = process.env.URL;'],
  ['style/noProcessEnv', 'services/a/src/app.ts', 'export const url = process.env.URL;'],
  ['style/noProcessEnv', 'services/a/src/stock/stock.ts', 'export const url = process.env.URL;'],
  [
    'style/noRestrictedImports',
    'services/a/test/a.test.ts',
    "import { setTimeout } from 'node:timers/promises';",
  ],
  ['style/noRestrictedImports', 'e2e/faults/b.test.ts', "import { setTimeout } from 'node:timers/promises';"],
] as const;

test('each lint rule of some paths holds in folders of these paths too', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lint-rules-'));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile(join(root, 'biome.json'), join(folder, 'biome.json'));
  await writeFile(join(folder, '.gitignore'), 'node_modules');
  for (const [, file, text] of BREACHES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }

  const found = lint(folder);

  for (const [rule, file] of BREACHES)
    assert.ok(found.includes(`${rule} ${file}`), `${rule} accepts ${file}`);
});

function lint(folder: string): string[] {
  const bin = join(root, 'node_modules', '.bin', 'biome');
  const { stdout, stderr } = spawnSync(bin, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.ok(stdout, stderr);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  return diagnostics.map(({ category, location }) => `${category.replace('lint/', '')} ${location.path}`);
}
