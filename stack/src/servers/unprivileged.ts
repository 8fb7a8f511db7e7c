import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';

export type User = { uid: number; gid: number };

/**
 * Postgres refuses to run as root. Started by root, it runs as the owner of its data, else as the user `postgres` if that
 * exists, else as `nobody`. Undefined: no other user is needed.
 */
export function unprivilegedUser(dataFolder: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataFolder)) {
    const { uid, gid } = statSync(dataFolder);
    if (uid !== 0) return { uid, gid };
  }
  const user = lookUp('postgres') ?? lookUp('nobody');
  if (!user) throw new Failure('Postgres does not run as root, and there is no user "nobody" to run it as.');
  return user;
}

function lookUp(name: string): User | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** The folder as that user can reach it: other users cannot read a clone under /root, so it is copied. */
export function reachable(folder: string, program: string, user: User | undefined, copy: string): string {
  if (canRun(join(folder, program), user)) return folder;
  if (!user) {
    throw new Failure(
      `${program} does not run here (it requires glibc): give the address of a Postgres as POSTGRES_URL.`,
    );
  }
  if (!canRun(join(copy, program), user)) copyForAll(folder, copy);
  if (canRun(join(copy, program), user)) return copy;
  throw new Failure(
    `The user with id ${user.uid}, who runs Postgres in place of root, cannot reach ${folder}.`,
  );
}

function canRun(program: string, user: User | undefined): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

function copyForAll(from: string, to: string): void {
  const part = `${to}.${process.pid}.part`;
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  execFileSync('cp', ['-RP', from, part]);
  execFileSync('chmod', ['-R', 'a+rX', dirname(to)]);
  rmSync(to, { recursive: true, force: true });
  renameSync(part, to);
}
