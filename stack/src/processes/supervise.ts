import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, reasonOf, type Say } from '../failure.ts';
import { lastWords } from './last-words.ts';
import { type EndSignal, type Group, type Ledger, signalAll } from './ledger.ts';

/** How one process is run. */
export type Recipe = {
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

type Surroundings = { ledger: Ledger; say: Say; changed: () => void };

/** Up this long, a process that dies again is treated as one that dies for the first time. */
const steadyMs = 10_000;
const backoffMs = (attempt: number) => Math.min(5_000, 100 * 2 ** attempt);

/** Keeps one process running: whatever ends it but us, it is started again on the same address, later each time. */
export function supervise(recipe: Recipe, { ledger, say, changed }: Surroundings) {
  let child: ChildProcess | null = null;
  let ended = Promise.resolve('');
  let ending: Promise<void> | null = null;
  let watching = Promise.resolve();
  let giveUp = new AbortController();
  let wanted = false;
  let ready = false;
  let paused = false;

  function launch(): void {
    recipe.beforeStart?.();
    const log = openSync(recipe.log, 'a', 0o600);
    const [program, ...args] = recipe.command;
    // A group of its own, so that Ctrl-C on a terminal reaches the supervisor alone, which ends all in order.
    const started = spawn(program, args, {
      cwd: recipe.cwd,
      env: recipe.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...recipe.user,
    });
    closeSync(log);
    child = started;
    ending = null;
    paused = false;
    const { name, group, endSignal } = recipe;
    if (started.pid) ledger.add({ name, group, endSignal, pid: started.pid });
    ended = new Promise((resolve) => {
      started.once('error', (error) => resolve(reasonOf(error)));
      started.once('exit', (status, signal) => resolve(signal ?? `status ${status}`));
    });
    void ended.then(() => {
      if (started.pid) ledger.remove(started.pid);
      child = null;
      ready = false;
      changed();
    });
  }

  /** One attempt: null when the process is ready, else why it is not. */
  async function comeUp(): Promise<string | null> {
    launch();
    const deadline = Date.now() + recipe.readyWithinMs;
    while (child && wanted) {
      ready = await recipe.isReady().catch(() => false);
      if (ready && child) return null;
      if (Date.now() > deadline) {
        await end();
        return `it was not ready within ${recipe.readyWithinMs / 1000} s`;
      }
      await Promise.race([sleep(40), ended]);
    }
    return child ? 'it was stopped' : `it ended with ${await ended}`;
  }

  async function keepUp(): Promise<void> {
    for (let attempt = 0; wanted; ) {
      const since = Date.now();
      const cause = await ended;
      if (Date.now() - since > steadyMs) attempt = 0;
      let problem: string | null = `it ended with ${cause}`;
      while (problem && wanted) {
        const delay = backoffMs(attempt++);
        say(`${recipe.name}: ${problem}; starting it again in ${delay} ms`);
        await sleep(delay, null, { signal: giveUp.signal }).catch(() => {});
        if (wanted) problem = await comeUp();
      }
      if (!wanted) return;
      say(`${recipe.name} is back`);
      changed();
    }
  }

  /** Starts it for the first time, or after a stop. Throws a Failure if it does not become ready. */
  async function start(): Promise<void> {
    if (wanted) throw new Failure(`${recipe.name} is running already.`);
    wanted = true;
    giveUp = new AbortController();
    let problem: string | null = 'it was not tried';
    for (let attempt = 0; problem && wanted && attempt < recipe.firstAttempts; attempt++) {
      if (attempt > 0) await sleep(backoffMs(attempt));
      problem = await comeUp();
    }
    if (problem) {
      wanted = false;
      throw new Failure(
        `${recipe.name} did not start: ${problem} (${lastWords(recipe.log)}); see ${recipe.log}`,
      );
    }
    watching = keepUp();
    changed();
  }

  /** Once for each child: to many programs a second signal means to drop everything. */
  function end(): Promise<void> {
    if (child?.pid) ending ??= endChild(child.pid);
    return ending ?? Promise.resolve();
  }

  async function endChild(pid: number): Promise<void> {
    const lastResort = setTimeout(() => signalAll(pid, 'SIGKILL'), recipe.endWithinMs);
    signalAll(pid, recipe.endSignal);
    if (paused) signalAll(pid, 'SIGCONT');
    await ended;
    clearTimeout(lastResort);
  }

  /** Ends it, and leaves it ended. */
  async function stop(): Promise<void> {
    wanted = false;
    giveUp.abort();
    await end();
    await watching;
  }

  function setPaused(to: boolean): void {
    if (!child?.pid) throw new Failure(`${recipe.name} is not running.`);
    signalAll(child.pid, to ? 'SIGSTOP' : 'SIGCONT');
    paused = to;
  }

  return {
    name: recipe.name,
    group: recipe.group,
    start,
    stop,
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    /** The pid while it is ready, else null. */
    pid: () => (ready ? (child?.pid ?? null) : null),
  };
}

export type Supervised = ReturnType<typeof supervise>;
