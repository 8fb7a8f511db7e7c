import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { reasonOf } from '../../failure.ts';
import { type EndSignal, type Group, type ProcessRegistry, signalAll } from './process-registry.ts';

/** How one process is run. */
export type ProcessSpec = {
  name: string;
  group: Group;
  /** The program and its arguments. */
  command: readonly [string, ...string[]];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The operating system's user, if it is another one. */
  user?: { uid: number; gid: number } | undefined;
  log: string;
  /** Asked until it says true; what it throws counts as no. */
  isReady: () => Promise<boolean>;
  readyWithinMs: number;
  endSignal: EndSignal;
  endWithinMs: number;
  /** How often a first start may die before it is given up. */
  firstAttempts: number;
  beforeStart?: () => void;
};

/** Starts a process and notes it in the ledger for as long as it lives. */
export function launch(spec: ProcessSpec, registry: ProcessRegistry) {
  const { name, group, endSignal, endWithinMs, cwd, env, user } = spec;
  spec.beforeStart?.();
  const log = openSync(spec.log, 'a', 0o600);
  const [program, ...args] = spec.command;
  // A group of its own, so that Ctrl-C on a terminal reaches the supervisor alone, which ends all in order.
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log], ...user });
  closeSync(log);
  const pid = child.pid ?? null;
  if (pid) registry.add({ name, group, endSignal, pid });

  let isOver = false;
  let isPaused = false;
  let ending: Promise<void> | null = null;
  /** Resolves, when it has ended, with what ended it. */
  const ended = new Promise<string>((resolve) => {
    const over = (cause: string) => {
      isOver = true;
      if (pid) registry.remove(pid);
      resolve(cause);
    };
    child.once('error', (error) => over(reasonOf(error)));
    child.once('exit', (status, signal) => over(signal ?? `status ${status}`));
  });

  async function endIt(alive: number): Promise<void> {
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
    /** Ends it. One signal however often it is called: to many programs a second one means to drop everything. */
    end(): Promise<void> {
      if (pid && !isOver) ending ??= endIt(pid);
      return ending ?? Promise.resolve();
    },
    setPaused(paused: boolean): void {
      if (pid) signalAll(pid, paused ? 'SIGSTOP' : 'SIGCONT');
      isPaused = paused;
    },
  };
}

export type Child = ReturnType<typeof launch>;
