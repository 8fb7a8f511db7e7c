import assert from 'node:assert/strict';
import { type SpawnOptions, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePorts } from '@repo/stack';
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

/** Copies the files that Git would commit now. `npm test` removes the folder. */
export async function copyRepository(): Promise<RepositoryCopy> {
  const dir = mkdtempSync(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'copy-'));
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
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const child = spawn(command, options);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(ended, status, `${command}\n${output}`);
  return output;
}

/** The copy is a system of its own: it has its own folder, ports and servers, and its tests are no part of this test. */
function environment(): NodeJS.ProcessEnv {
  const {
    NODE_TEST_CONTEXT: _,
    TENFOLD_TEST_DIR: _dir,
    TENFOLD_RUNNING_FILE: _file,
    INIT_CWD: _cwd,
    ...rest
  } = process.env;
  const path = [dirname(process.execPath), rest.PATH].join(':');
  return { ...rest, ...freePorts, SHIPPING_PORT: '0', GIFT_PORT: '0', PATH: path };
}
