import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@repo/stack';
import type { RunContext } from '../../../src/run-context.ts';

/** The package.json and the lockfile that pin Artillery and its dependencies. */
const pinned = join(import.meta.dirname, '../../artillery');
const DOWNLOAD_MB = 130;
const DISK_MB = 470;
const PROGRESS_MS = 5_000;

interface FetchOptions extends RunContext {
  /** The download cache. */
  cache: string;
}

/**
 * Fetches Artillery once for each lockfile, and returns its folder. It is too large to be a dependency of the workspace.
 * Install scripts are off: the only ones would fetch a browser.
 */
export async function fetchArtillery({ cache, print, signal }: FetchOptions): Promise<string> {
  const lockfile = readFileSync(join(pinned, 'package-lock.json'));
  const fingerprint = createHash('sha256').update(lockfile).digest('hex').slice(0, 8);
  const { packages } = JSON.parse(lockfile.toString()) as { packages: Record<string, { version: string }> };
  const version = packages['node_modules/artillery']?.version;
  const folder = join(cache, `artillery-${version}-${fingerprint}`);
  if (existsSync(folder)) return folder;
  print(
    `fetching Artillery ${version} with npm, once: ${DOWNLOAD_MB} MB to download, ${DISK_MB} MB in ${folder}`,
  );
  const part = join(cache, `.part-${process.pid}`);
  try {
    mkdirSync(part, { recursive: true });
    cpSync(pinned, part, { recursive: true });
    const places = Object.keys(packages).map((system) => join(part, system, 'package.json'));
    const progress = setInterval(() => {
      print(`  ${places.filter((file) => existsSync(file)).length} of ${places.length} packages`);
    }, PROGRESS_MS);
    await install(part, signal).finally(() => clearInterval(progress));
    // The rename makes it complete or absent; another run may have been faster.
    if (!existsSync(folder)) renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return folder;
}

async function install(folder: string, signal: AbortSignal): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', ['ci', ...flags], { cwd: folder, signal, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  npm.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [status] = await once(npm, 'close');
  if (status === 0) return;
  const reason = /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? `npm ended with ${status}`;
  throw new Failure(`npm could not fetch Artillery (${reason}): is its registry reachable from here?`);
}
