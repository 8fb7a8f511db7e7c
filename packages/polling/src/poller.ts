import type { Logger } from '@repo/observability';
import { fullJitter } from './backoff.ts';
import { createPace } from './pace.ts';
import { createProgressWatch, type ExpectedWork, STALLED_AFTER_MS } from './progress-watch.ts';
import { createWakeSignal } from './wake-signal.ts';

export interface PollerOptions {
  /** The name of the work, for logs: 'sweep inbox'. */
  name: string;
  log: Logger;
  /** How long to wait after a turn that found nothing more to do. */
  intervalMs: number;
  /** Does a bounded piece of work; returns whether there may be more of it now. */
  turn: () => Promise<boolean>;
  /** How long without a successful turn before an alarm is raised. */
  stalledAfterMs?: number;
}

export interface Poller {
  start(): void;
  /** Reports that there is work now. */
  wake(): void;
  /** Finishes the current turn, and stops. */
  stop(): Promise<void>;
}

/**
 * Processes the rows of a table, turn by turn: at its pace while there are more, then at intervals or when it is woken.
 * Due work is a row and not a timer in memory, so it survives this process, and replicas can share it. A turn that fails
 * is retried with full jitter; if none succeeds for long, an alarm is raised.
 */
export function createPoller(options: PollerOptions): Poller {
  const { name, log, intervalMs, turn, stalledAfterMs = STALLED_AFTER_MS } = options;
  const wakeSignal = createWakeSignal();
  const pace = createPace();
  const watch = createProgressWatch({ worker: name, log, stalledAfterMs });
  let stopping = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let work: ExpectedWork | undefined;
    for (let failures = 0; !stopping; ) {
      try {
        work ??= watch.expect();
        const hasMore = await pace.turn(turn);
        work.end();
        work = undefined;
        failures = 0;
        if (!hasMore) await wakeSignal.wait(intervalMs);
      } catch (error) {
        if (stopping) return;
        work?.fail(error);
        log.warn({ err: error, worker: name }, 'poll failed; retrying');
        await wakeSignal.wait(fullJitter(failures++));
      }
    }
  }

  return {
    start() {
      watch.start();
      running = run();
    },
    wake: wakeSignal.notify,
    async stop() {
      stopping = true;
      wakeSignal.notify();
      pace.end();
      await running;
      watch.stop();
    },
  };
}
