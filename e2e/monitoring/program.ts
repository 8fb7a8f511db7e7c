import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure, lastLogLine } from '@repo/stack';
import { eventually } from '@repo/testing';
import { parse } from 'yaml';
import { commandOf, type ProgramName } from './program-command.ts';

export const monitoring = resolve(import.meta.dirname, '../../monitoring');

/** A configuration of monitoring/, to be changed for a test. */
export const readConfiguration = (name: string) => parse(readFileSync(join(monitoring, name), 'utf8'));

const READY_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 5_000;
/** A collector that empties its queues needs some seconds. */
const STOPS_WITHIN_MS = 15_000;

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
    stopsWithinMs = STOPS_WITHIN_MS,
  }: {
    dir: string;
    args: string[];
    environment: Record<string, string>;
    readyUrl: string;
    url?: string;
    stopsWithinMs?: number;
  },
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
  const isAnswering = async () =>
    (await fetch(readyUrl, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })).ok;
  const isReady = async () => isOver() || (await isAnswering());
  const stopInTime = () => stop(child, { withinMs: stopsWithinMs, end });
  await eventually(isReady, { timeoutMs: READY_WITHIN_MS, everyMs: 50 }).catch(() => {});
  if (isOver() || !(await isAnswering().catch(() => false))) {
    await stopInTime();
    throw new Failure(`${name} does not start: ${lastLogLine(log)}`);
  }
  return { url, log, stop: stopInTime };
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

/** With one signal, which `docker run` passes on to its container; what does not end in time is ended by `end`. */
async function stop(
  child: ChildProcess,
  { withinMs, end }: { withinMs: number; end: () => void },
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const tooLate = setTimeout(end, withinMs);
  await ended;
  clearTimeout(tooLate);
}
