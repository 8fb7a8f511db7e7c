import assert from 'node:assert/strict';
import { type SpawnOptions, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { freePorts, variable } from '@repo/stack';
import { committedFiles, repository } from '../src/base/work-tree.ts';

/** A copy of this repository in a folder of its own, with a history of its own and its dependencies installed. */
export interface RepositoryCopy {
  dir: string;
  read(path: string): string;
  /** Runs a command in the copy and returns its output. A status other than `status` fails the test. */
  run(command: string, options?: { status?: number; env?: Record<string, string> }): Promise<string>;
  /** Commits every change, and returns the paths of the changed files. */
  commit(): Promise<string[]>;
}

/** Copies the files that Git would commit now; the copy is deleted when the tests of this file have run. */
export async function copyRepository(): Promise<RepositoryCopy> {
  const dir = mkdtempSync(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'copy-'));
  after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  for (const path of committedFiles(repository)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    copyFileSync(join(repository, path), join(dir, path));
  }
  const copy: RepositoryCopy = {
    dir,
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    run: (command, options = {}) => run(dir, command, options),
    async commit() {
      await run(dir, 'git add --all && git commit --quiet --no-verify --message "A change"');
      return (await run(dir, 'git show --name-only --format=')).trim().split('\n');
    },
  };
  await run(dir, 'git init --quiet && git config user.name test && git config user.email test@localhost');
  await copy.commit();
  // Every package is in pnpm's store, since this repository has been installed from it.
  await run(dir, 'node run.mjs stack/src/commands/token.ts --help', { env: { pnpm_config_offline: 'true' } });
  return copy;
}

async function run(
  cwd: string,
  command: string,
  { status = 0, env = {} }: { status?: number; env?: Record<string, string> } = {},
): Promise<string> {
  const options: SpawnOptions = {
    cwd,
    env: { ...environment(), ...env },
    shell: true,
    // A process group of its own.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const child = spawn(command, options);
  // A test that is ended early leaves no process behind.
  const end = () => process.kill(-(child.pid as number), 'SIGTERM');
  process.once('exit', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = await new Promise((resolve) => child.on('close', resolve));
  process.off('exit', end);
  assert.equal(ended, status, `${command}\n${output}`);
  return output;
}

const OF_THIS_RUN = [
  ...(['DIR', 'RUNNING_FILE', 'RUNNER_PID'] as const).map(variable),
  ...['TENFOLD_TEST_DIR', 'NODE_TEST_CONTEXT', 'INIT_CWD', 'TEST_SERVERS'],
  ...['POSTGRES_URL', 'REDIS_URL', 'KAFKA_BROKERS'],
];

/** The copy is a system of its own, with its own folder, ports and servers; it inherits nothing of this test run. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.includes(name));
  const PATH = [dirname(process.execPath), process.env.PATH].join(':');
  return { ...Object.fromEntries(inherited), ...freePorts, SHIPPING_PORT: '0', GIFT_PORT: '0', PATH };
}
