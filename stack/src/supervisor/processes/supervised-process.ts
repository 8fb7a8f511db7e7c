import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type Print } from '../../failure.ts';
import { type Child, launch, type ProcessSpec } from './child.ts';
import { lastLogLine } from './last-log-line.ts';
import type { ProcessRegistry } from './process-registry.ts';

type Context = { registry: ProcessRegistry; print: Print; changed: () => void };

/** How a process is doing: in which state it is, since when, and how often it was started again by itself. */
export type ProcessStatus = {
  name: string;
  state: 'running' | 'paused' | 'restarting' | 'down';
  pid: number | null;
  since: string;
  restarts: number;
};

/** Up this long, a process that dies again is treated as one that dies for the first time. */
const steadyMs = 10_000;
const backoffMs = (attempt: number) => Math.min(5_000, 100 * 2 ** attempt);

/** Keeps one process running: whatever ends it but us, it is started again on the same address, later each time. */
export function superviseProcess(spec: ProcessSpec, { registry, print, changed }: Context) {
  const { name } = spec;
  let child: Child | null = null;
  let wanted = false;
  let ready = false;
  let since = new Date();
  let restarts = 0;
  let watching = Promise.resolve();
  let stopped = Promise.resolve();
  /** Counts what was asked for: a start that waits for a stop must not undo a later one. */
  let asked = 0;
  let givingUp = new AbortController();

  /** One attempt: null when the process is ready, else why it is not. */
  async function comeUp(): Promise<string | null> {
    const started = launch(spec, registry);
    child = started;
    const deadline = Date.now() + spec.readyWithinMs;
    while (!started.isOver() && wanted) {
      ready = await spec.isReady().catch(() => false);
      if (ready && !started.isOver()) return null;
      if (Date.now() > deadline) {
        await started.end();
        return `it was not ready within ${spec.readyWithinMs / 1000} s`;
      }
      await Promise.race([sleep(40), started.ended]);
    }
    return started.isOver() ? `it ended with ${await started.ended}` : 'it was stopped';
  }

  /** Starts it for the first time, or after a stop. Throws a Failure if it does not become ready. */
  async function start(): Promise<void> {
    if (wanted) throw new Failure(`${name} is running already.`);
    const mine = ++asked;
    await stopped;
    if (mine !== asked) throw new Failure(`${name} was stopped or started meanwhile.`);
    wanted = true;
    givingUp = new AbortController();
    let problem: string | null = 'it was not tried';
    for (let attempt = 0; problem && wanted && attempt < spec.firstAttempts; attempt++) {
      if (attempt > 0) await sleep(backoffMs(attempt));
      problem = wanted ? await comeUp() : 'it was stopped';
    }
    if (problem) {
      wanted = false;
      throw new Failure(`${name} did not start: ${problem} (${lastLogLine(spec.log)}); see ${spec.log}`);
    }
    since = new Date();
    watching = keepUp();
    changed();
  }

  async function keepUp(): Promise<void> {
    for (let attempt = 0; wanted; ) {
      let problem: string | null = `it ended with ${await child?.ended}`;
      ready = false;
      if (Date.now() - since.getTime() > steadyMs) attempt = 0;
      since = new Date();
      changed();
      while (problem && wanted) {
        const delay = backoffMs(attempt++);
        print(`${name}: ${problem}; starting it again in ${delay} ms`);
        await sleep(delay, null, { signal: givingUp.signal }).catch(() => {});
        if (wanted) problem = await comeUp();
      }
      if (!wanted) return;
      print(`${name} is back`);
      since = new Date();
      restarts++;
      changed();
    }
  }

  /** Ends it, and leaves it ended. */
  async function stop(): Promise<void> {
    asked++;
    wanted = false;
    givingUp.abort();
    stopped = endChild();
    await stopped;
  }

  async function endChild(): Promise<void> {
    await child?.end();
    await watching;
    since = new Date();
  }

  function setPaused(paused: boolean): void {
    if (!child || child.isOver()) throw new Failure(`${name} is not running.`);
    child.setPaused(paused);
  }

  function stateNow(): ProcessStatus['state'] {
    if (!wanted) return 'down';
    if (!ready || child?.isOver()) return 'restarting';
    return child?.isPaused() ? 'paused' : 'running';
  }

  /** The pid while it is ready, else null. */
  const pid = () => (ready && !child?.isOver() ? (child?.pid ?? null) : null);

  return {
    name,
    group: spec.group,
    start,
    stop,
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    pid,
    status: (): ProcessStatus => ({
      name,
      state: stateNow(),
      pid: pid(),
      since: since.toISOString(),
      restarts,
    }),
  };
}

export type SupervisedProcess = ReturnType<typeof superviseProcess>;
