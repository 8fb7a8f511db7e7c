import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Failure, isAlive } from '@repo/stack';
import type { RunContext } from '../run-context.ts';

export interface Worktree {
  dir: string;
  /** Its commit: the short hash and the subject. */
  name: string;
  remove(): Promise<void>;
}

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../../..');

/** Checks a commit out into a new folder and installs its dependencies, mostly from the local store. */
export async function openWorktree(
  folder: string,
  commit: string,
  { print, signal }: RunContext,
): Promise<Worktree> {
  await removeLeftOver(folder);
  const name = await nameOf(commit);
  const dir = join(folder, `commit-${process.pid}`);
  const worktree = { dir, name, remove: () => removeWorktree(dir) };
  try {
    await git('worktree', 'add', '--detach', '--quiet', dir, commit);
    print(`installing ${name}`);
    await install(dir, signal);
    return worktree;
  } catch (error) {
    await worktree.remove();
    throw error;
  }
}

async function nameOf(commit: string): Promise<string> {
  try {
    return (await git('log', '-1', '--format=%h %<(60,trunc)%s', `${commit}^{commit}`)).trim();
  } catch {
    throw new Failure(`There is no commit ${commit} here.`);
  }
}

/** Each command of a checkout installs its dependencies first; `fetch` needs no running system. */
async function install(dir: string, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, ['run.mjs', 'stack/src/commands/fetch.ts'], {
    cwd: dir,
    env: { ...process.env, pnpm_config_prefer_offline: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Failure(`The other commit could not be installed:\n${output.trim()}`);
}

/** Removes the worktrees of killed runs. */
async function removeLeftOver(folder: string): Promise<void> {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [, pid] = /^commit-(\d+)$/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) await removeWorktree(join(folder, name));
  }
}

async function removeWorktree(dir: string): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  await git('worktree', 'prune');
}

async function git(...args: string[]): Promise<string> {
  return (await run('git', args, { cwd: repository })).stdout;
}
