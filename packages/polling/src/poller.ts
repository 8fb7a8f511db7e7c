import type { Logger } from '@repo/observability';
import { fullJitter } from './backoff.ts';
import { createPace } from './pace.ts';
import { createProgressWatch, type ExpectedWork, STALLED_AFTER_MS } from './progress-watch.ts';
import { createWakeSignal } from './wake-signal.ts';

export interface PollerOptions {
  /** What is done, for logs: 'sweep inbox'. */
  name: string;
  log: Logger;
  /** How long to wait after a turn that found nothing more to do. */
  intervalMs: number;
  /** Does a bounded piece of work; answers whether there may be more of it right now. */
  turn: () => Promise<boolean>;
  /** After how long without a turn that succeeds an alarm is raised. */
  stalledAfterMs?: number;
}

export interface Poller {
  start(): void;
  /** Says that there is work now. */
  wake(): void;
  /** Finishes the turn that is under way, and stops. */
  stop(): Promise<void>;
}

/**
 * Works off what stands in a table, turn by turn: at its pace while there is more, then at intervals or when it is
 * woken.
 * What is due is a row and not a timer in memory, so it survives this process, and replicas can share it. A turn that
 * fails is tried again with full jitter; where none succeeds for long, an alarm is raised.
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
        log.warn({ err: error }, `${name}: poll failed; retrying`);
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
