import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type Print } from '../../failure.ts';
import { type Child, launch, type ProcessSpec } from './child.ts';
import { lastLogLine } from './last-log-line.ts';
import type { ProcessRegistry } from './process-registry.ts';

type Context = { registry: ProcessRegistry; print: Print; changed: () => void };

/** The state of a process, since when, and how often the supervisor has restarted it. */
export type ProcessStatus = {
  name: string;
  state: 'running' | 'paused' | 'restarting' | 'down';
  pid: number | null;
  since: string;
  restarts: number;
};

/** After this time without a failure, the backoff starts from the beginning. */
const steadyMs = 10_000;
const backoffMs = (attempt: number) => Math.min(5_000, 100 * 2 ** attempt);

/** Keeps one process running: unless the supervisor stopped it, it is restarted on the same address, with backoff. */
export function superviseProcess(spec: ProcessSpec, { registry, print, changed }: Context) {
  const { name } = spec;
  let child: Child | null = null;
  let wanted = false;
  let ready = false;
  let since = new Date();
  let restarts = 0;
  let watching = Promise.resolve();
  let stopped = Promise.resolve();
  /** Counts starts and stops: a start that waits for a stop must not undo a later stop. */
  let requests = 0;
  let givingUp = new AbortController();

  /** Makes one attempt. Returns null when the process is ready, else the reason why it is not. */
  async function attemptStart(): Promise<string | null> {
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

  /** Starts it for the first time or after a stop. Throws a Failure if it does not become ready. */
  async function start(): Promise<void> {
    if (stateNow() === 'paused') throw new Failure(`${name} is paused: npm run stack -- resume ${name}.`);
    if (wanted) throw new Failure(`${name} is running already.`);
    const mine = ++requests;
    await stopped;
    if (mine !== requests) throw new Failure(`${name} was stopped or started meanwhile.`);
    wanted = true;
    givingUp = new AbortController();
    let problem: string | null = 'no attempt was made';
    for (let attempt = 0; problem && wanted && attempt < spec.firstAttempts; attempt++) {
      if (attempt > 0) await sleep(backoffMs(attempt));
      problem = wanted ? await attemptStart() : 'it was stopped';
    }
    if (problem) {
      wanted = false;
      throw new Failure(`${name} did not start: ${problem} (${lastLogLine(spec.log)}); see ${spec.log}`);
    }
    since = new Date();
    watching = keepRunning();
    changed();
  }

  async function keepRunning(): Promise<void> {
    for (let attempt = 0; wanted; ) {
      let problem: string | null = `it ended with ${await child?.ended}`;
      ready = false;
      if (Date.now() - since.getTime() > steadyMs) attempt = 0;
      since = new Date();
      changed();
      while (problem && wanted) {
        const delay = backoffMs(attempt++);
        print(`${name}: ${problem}; restarting it in ${delay} ms`);
        await sleep(delay, null, { signal: givingUp.signal }).catch(() => {});
        if (wanted) problem = await attemptStart();
      }
      if (!wanted) return;
      print(`${name} is running again`);
      since = new Date();
      restarts++;
      changed();
    }
  }

  /** Stops it, and keeps it down. */
  async function stop(): Promise<void> {
    requests++;
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
