import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Failure, lastLogLine } from '@repo/stack';
import { eventually } from '@repo/testing';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
export const monitoring = join(root, 'monitoring');

/** The programs, and the service of docker-compose.yml whose image contains each. */
const PROGRAMS = {
  'otelcol-contrib': { service: 'collector' },
  prometheus: { service: 'prometheus' },
  promtool: { service: 'prometheus', entrypoint: 'promtool' },
  alertmanager: { service: 'alertmanager' },
  amtool: { service: 'alertmanager', entrypoint: 'amtool' },
} as const satisfies Record<string, { service: string; entrypoint?: string }>;

export type ProgramName = keyof typeof PROGRAMS;

const READY_WITHIN_MS = 60_000;

/**
 * Starts a program that serves until it is stopped; its output is in the folder as `<name>.log`. Files that its arguments
 * name must be in that folder or in the repository.
 *
 * @param readyUrl answers 200 once it is ready
 * @throws Failure when it is neither installed nor there as an image, or does not become ready
 */
export async function startProgram(
  name: ProgramName,
  {
    dir,
    args,
    environment,
    readyUrl,
    url = readyUrl,
  }: { dir: string; args: string[]; environment: Record<string, string>; readyUrl: string; url?: string },
) {
  mkdirSync(dir, { recursive: true });
  const log = join(dir, `${name}.log`);
  const output = openSync(log, 'a');
  const [program, ...rest] = commandOf(name, args, { dir, environment });
  const child = spawn(program, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', output, output],
  });
  // A container would outlive the command that runs it.
  const container = rest[rest.indexOf('--name') + 1];
  const end = () => {
    child.kill('SIGKILL');
    if (program === 'docker') spawnSync('docker', ['rm', '--force', `${container}`], { stdio: 'ignore' });
  };
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const isReady = async () => isOver() || (await fetch(readyUrl)).ok;
  await eventually(isReady, { timeoutMs: READY_WITHIN_MS, everyMs: 50 }).catch(() => {});
  if (isOver() || !(await fetch(readyUrl).catch(() => undefined))?.ok) {
    await stop(child);
    throw new Failure(`${name} does not start: ${lastLogLine(log)}`);
  }
  return { url, log, stop: () => stop(child) };
}

/** Runs a program to its end, e.g. `promtool check config FILE`, and answers its status and its output. */
export function runProgram(
  name: ProgramName,
  args: string[],
  { dir = monitoring, environment = {} }: { dir?: string; environment?: Record<string, string> } = {},
): { status: number | null; output: string } {
  const [program, ...rest] = commandOf(name, args, { dir, environment });
  const { status, stdout, stderr } = spawnSync(program, rest, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, output: `${stdout}${stderr}` };
}

/**
 * The program itself where it is on the PATH, else the image that docker-compose.yml names, in a container that shares the
 * network of this machine and sees the same folders under the same paths.
 */
function commandOf(
  name: ProgramName,
  args: string[],
  { dir, environment }: { dir: string; environment: Record<string, string> },
): [string, ...string[]] {
  if (isInstalled(name)) return [name, ...args];
  const { service, entrypoint } = { entrypoint: undefined, ...PROGRAMS[name] };
  const image = imageOf(service);
  const { status } = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' });
  if (status !== 0) {
    throw new Failure(
      `${name} is neither on the PATH nor in an image: run docker compose --profile observability pull, or install it.`,
    );
  }
  return [
    'docker',
    'run',
    ...['--rm', '--pull', 'never', '--name', `${name}-${randomUUID()}`, '--network', 'host'],
    ...['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
    ...Object.entries(environment).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...['--volume', `${root}:${root}:ro`, '--volume', `${dir}:${dir}`],
    ...(entrypoint ? ['--entrypoint', entrypoint] : []),
    image,
    ...args,
  ];
}

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The image of a service. The versions are in docker-compose.yml alone. */
function imageOf(service: string): string {
  const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  return services[service].image;
}

/** With one signal: `docker run` passes it on to its container. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
