import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Failure, reasonOf } from '../failure.ts';
import { project, repository, variable } from '../project.ts';
import { tryLock } from './processes/lock.ts';
import { endOrphans, openProcessRegistry, supervisorPid } from './processes/process-registry.ts';
import { writeAtomically } from './write-atomically.ts';

/** The folder of all state: `TENFOLD_DIR`, or `.tenfold` at the root of the repository. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(repository, env[variable('DIR')] || `.${project.name}`);
}

/**
 * The folder of downloads, which all clones of this user share; run.mjs computes the same. Programs run from it, so it
 * is never a folder that other users can write to. Throws a Failure where the user has no home.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, home = homedir): string {
  const given = env[variable('CACHE')];
  if (given) return given;
  return join(env.XDG_CACHE_HOME || join(env.HOME || homeOf(home), '.cache'), project.name);
}

function homeOf(find: () => string): string {
  try {
    const home = find();
    if (home) return home;
  } catch {
    // The operating system knows none either.
  }
  throw new Failure(
    `There is no home folder for downloads: set ${variable('CACHE')} to a folder that no other user can write to.`,
  );
}

/** Marks a folder of Tenfold's state, which may be removed. */
const MARKER = `${project.name}-state`;
/** Every file and folder that Tenfold keeps in its folder. */
const OWN_NAMES = [
  ...[MARKER, 'lock', 'lock-journal', 'processes.json', 'secrets.json', 'running.json', 'control.json'],
  ...['logs', 'spans', 'profiles', 'postgres', 'redis', 'kafka', 'external'],
];

/** Whether Tenfold has created this folder. Older versions have no marker, but a lock and secrets. */
function isStateFolder(dir: string): boolean {
  const holds = (name: string) => existsSync(join(dir, name));
  return holds(MARKER) || (holds('lock') && holds('secrets.json'));
}

/**
 * Throws a Failure for a folder of another program that has a file or folder of the same name, such as a repository with
 * a folder `external`. (`npm run fetch` leaves its log in `logs` before the first start.)
 */
function refuseForeignFolder(dir: string): void {
  if (isStateFolder(dir)) return;
  const foreign = OWN_NAMES.find((name) => name !== 'logs' && existsSync(join(dir, name)));
  if (foreign === undefined) return;
  throw new Failure(
    `The folder ${dir} holds "${foreign}", which is not ${project.title}'s: set ${variable('DIR')} to another one.`,
  );
}

/**
 * Removes the state of Tenfold from a folder, and the folder itself if it is empty then. Returns the names of the
 * remaining files. Throws a Failure, and removes nothing, where Tenfold has not created the folder, or it is in use.
 */
export async function removeState(dir: string): Promise<string[]> {
  if (!isStateFolder(dir))
    throw new Failure(
      `${project.title} has not created the folder ${dir}: nothing was removed. Is ${variable('DIR')} right?`,
    );
  const folder = await claimFolder(dir);
  for (const name of OWN_NAMES) rmSync(join(dir, name), { recursive: true, force: true });
  folder.release();
  const left = readdirSync(dir);
  if (left.length === 0) rmdirSync(dir);
  return left;
}

/**
 * Claims the folder for this process alone, and stops the orphans of an earlier process that was killed. Throws a Failure
 * if the folder cannot be written, or another process has it.
 */
export async function claimFolder(dir: string) {
  const path = (...parts: string[]) => join(dir, ...parts);
  const registryFile = path('processes.json');
  refuseForeignFolder(dir);
  const lock = lockFolder(dir, registryFile);
  const orphans = await endOrphans(registryFile);
  const registry = openProcessRegistry(registryFile);
  setAsideLongLogs(path('logs'));
  return {
    dir,
    path,
    orphans,
    registry,
    /** Identifies this system on servers that it has not started itself. */
    systemId: keptSecret(dir, 'system'),
    log: (name: string) => path('logs', `${name}.log`),
    secret: (name: string) => keptSecret(dir, name),
    release() {
      registry.close();
      lock.release();
    },
  };
}

export type StateFolder = Awaited<ReturnType<typeof claimFolder>>;

function lockFolder(dir: string, registryFile: string) {
  let lock: ReturnType<typeof tryLock>;
  try {
    makeFolder(join(dir, 'logs'));
    accessSync(dir, constants.W_OK);
    writeFileSync(join(dir, MARKER), `${project.title} has created this folder; npm run clean removes it.\n`);
    lock = tryLock(join(dir, 'lock'));
  } catch (error) {
    throw new Failure(
      `The folder ${dir} cannot be written (${reasonOf(error)}): set ${variable('DIR')} to one that can be.`,
    );
  }
  if (lock) return lock;
  const pid = supervisorPid(registryFile);
  throw new Failure(
    `${project.title} is already running on ${dir}${pid ? ` (pid ${pid})` : ''}: stop it first, or set ${variable('DIR')}.`,
  );
}

/** Node's own recursive mkdir never returns where nothing can be created and everything seems to be missing, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** A random password that this folder keeps. */
export function keptSecret(dir: string, name: string): string {
  const file = join(dir, 'secrets.json');
  const secrets = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const secret = secrets[name] ?? randomBytes(24).toString('base64url');
  if (!secrets[name]) writeAtomically(file, { ...secrets, [name]: secret });
  return secret;
}

function setAsideLongLogs(folder: string): void {
  const longBytes = 10_000_000;
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.log'))) {
    const file = join(folder, name);
    if (statSync(file).size > longBytes) renameSync(file, `${file}.1`);
  }
}
