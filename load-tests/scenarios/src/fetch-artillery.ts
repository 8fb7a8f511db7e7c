import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, type Print } from '@repo/stack';

/** The package.json and the lockfile that say which Artillery, and which version of all that it needs. */
const pinned = join(import.meta.dirname, '../artillery');
const DOWNLOAD_MB = 130;
const DISK_MB = 470;
const PROGRESS_MS = 5_000;

interface Fetching {
  /** The folder of downloads. */
  cache: string;
  say: Print;
  signal: AbortSignal;
}

/**
 * Fetches Artillery, once for each lockfile, and answers the folder in which it is. It is too large to be a dependency of
 * everybody. No install script is run: the only ones would fetch a browser.
 */
export async function fetchArtillery({ cache, say, signal }: Fetching): Promise<string> {
  const lockfile = readFileSync(join(pinned, 'package-lock.json'));
  const fingerprint = createHash('sha256').update(lockfile).digest('hex').slice(0, 8);
  const { packages } = JSON.parse(lockfile.toString()) as { packages: Record<string, { version: string }> };
  const version = packages['node_modules/artillery']?.version;
  const folder = join(cache, `artillery-${version}-${fingerprint}`);
  if (existsSync(folder)) return folder;
  say(
    `fetching Artillery ${version} with npm, once: ${DOWNLOAD_MB} MB to download, ${DISK_MB} MB in ${folder}`,
  );
  const part = join(cache, `.part-${process.pid}`);
  try {
    mkdirSync(part, { recursive: true });
    cpSync(pinned, part, { recursive: true });
    const places = Object.keys(packages).map((place) => join(part, place, 'package.json'));
    const progress = setInterval(() => {
      say(`  ${places.filter((file) => existsSync(file)).length} of ${places.length} packages`);
    }, PROGRESS_MS);
    await install(part, signal).finally(() => clearInterval(progress));
    // It appears whole or not at all; another run may have been faster.
    if (!existsSync(folder)) renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return folder;
}

async function install(folder: string, signal: AbortSignal): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', ['ci', ...flags], { cwd: folder, signal, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  npm.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [status] = await once(npm, 'close');
  if (status === 0) return;
  const reason = /npm (?:error|ERR!) code (\S+)/.exec(said)?.[1] ?? `npm ended with ${status}`;
  throw new Failure(`npm could not fetch Artillery (${reason}): is its registry reachable from here?`);
}
