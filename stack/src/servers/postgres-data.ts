import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { startMark } from '../supervisor/processes/identity.ts';
import { lastLogLine } from '../supervisor/processes/last-log-line.ts';
import { bareEnvironment } from './bare-environment.ts';
import type { User } from './unprivileged.ts';

/** A process enters its folder before it becomes another user; by this name, that user needs no access to the path. */
export function dataArgument(home: string, user: User | undefined): string {
  return user && process.platform === 'linux' ? '/proc/self/cwd' : home;
}

/** Texts sort alike on every machine, whatever its language. */
export const postgresLocale = [
  ...['--encoding=UTF8', '--locale=C'],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
];

/** Creates the data in a temporary folder and renames it when it is complete. */
export async function initialise(
  programs: string,
  home: string,
  user: User | undefined,
  password: string,
  log: string,
) {
  const part = `${home}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  const passwordFile = `${part}.${randomBytes(4).toString('hex')}`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(part, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const [output, input] = [openSync(log, 'a', 0o600), openSync(passwordFile, 'r')];
  const child = spawn(
    join(programs, 'initdb'),
    [
      '-D',
      dataArgument(part, user),
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '--pwfile=/dev/fd/3',
      ...postgresLocale,
    ],
    { cwd: part, env: bareEnvironment(), stdio: ['ignore', output, output, input], ...user },
  );
  const [status] = await once(child, 'exit').finally(() => {
    closeSync(output);
    closeSync(input);
    rmSync(passwordFile, { force: true });
  });
  if (status !== 0) throw new Failure(`initdb failed: ${lastLogLine(log)}; see ${log}`);
  renameSync(part, home);
}

/** After a crash the file may name a pid that another process has by now, which Postgres would mistake for itself. */
export function removeStalePid(file: string): void {
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isPostgres(pid)) rmSync(file, { force: true });
}

function isPostgres(pid: number): boolean {
  if (startMark(pid) === null) return false;
  return process.platform !== 'linux' || readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
}
