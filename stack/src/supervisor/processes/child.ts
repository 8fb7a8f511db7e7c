import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { reasonOf } from '../../failure.ts';
import { type EndSignal, type Group, type ProcessRegistry, signalAll } from './process-registry.ts';

/** How one process is started, checked and stopped. */
export type ProcessSpec = {
  name: string;
  group: Group;
  /** The program and its arguments. */
  command: readonly [string, ...string[]];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The user of the operating system, if it is not that of this process. */
  user?: { uid: number; gid: number } | undefined;
  log: string;
  /** Called until it returns true; an error counts as false. */
  isReady: () => Promise<boolean>;
  readyWithinMs: number;
  endSignal: EndSignal;
  endWithinMs: number;
  /** How often a first start is attempted. */
  firstAttempts: number;
  beforeStart?: () => void;
};

/** Starts a process, and keeps it in the registry for as long as it lives. */
export function launch(spec: ProcessSpec, registry: ProcessRegistry) {
  const { name, group, endSignal, endWithinMs, cwd, env, user } = spec;
  spec.beforeStart?.();
  const log = openSync(spec.log, 'a', 0o600);
  const [program, ...args] = spec.command;
  // It has its own process group: Ctrl-C on a terminal reaches the supervisor alone, which stops everything in order.
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log], ...user });
  closeSync(log);
  const pid = child.pid ?? null;
  if (pid) registry.add({ name, group, endSignal, pid });

  let isOver = false;
  let isPaused = false;
  let ending: Promise<void> | null = null;
  /** Resolves at the end of the process, with its cause. */
  const ended = new Promise<string>((resolve) => {
    const over = (cause: string) => {
      isOver = true;
      if (pid) registry.remove(pid);
      resolve(cause);
    };
    child.once('error', (error) => over(reasonOf(error)));
    child.once('exit', (status, signal) => over(signal ?? `status ${status}`));
  });

  async function terminate(alive: number): Promise<void> {
    const lastResort = setTimeout(() => signalAll(alive, 'SIGKILL'), endWithinMs);
    signalAll(alive, endSignal);
    if (isPaused) signalAll(alive, 'SIGCONT');
    await ended;
    clearTimeout(lastResort);
  }

  return {
    pid,
    ended,
    isOver: () => isOver,
    isPaused: () => isPaused,
    /** Stops it, with one signal however often it is called: many programs quit at once on a second signal. */
    end(): Promise<void> {
      if (pid && !isOver) ending ??= terminate(pid);
      return ending ?? Promise.resolve();
    },
    setPaused(paused: boolean): void {
      if (pid) signalAll(pid, paused ? 'SIGSTOP' : 'SIGCONT');
      isPaused = paused;
    },
  };
}

export type Child = ReturnType<typeof launch>;
