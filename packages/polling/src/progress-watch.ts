import { createAlarm, errorText, type Logger } from '@repo/observability';

/** Longer than any server takes to restart. */
export const STALLED_AFTER_MS = 30_000;

/** A piece of work from which progress is expected until it ends. */
export interface ExpectedWork {
  /** There was progress: the time begins again. */
  progress(): void;
  /** The work has failed and is retried. An alarm gives the error as its reason. */
  fail(error: unknown): void;
  end(): void;
}

export interface ProgressWatch {
  start(): void;
  /** @param facts identify this work in the alarm */
  expect(facts?: Record<string, unknown>): ExpectedWork;
  stop(): void;
}

export interface ProgressOptions {
  /** The worker's name in the alarm: 'sweep inbox'. */
  worker: string;
  log: Logger;
  stalledAfterMs?: number;
  alarmIntervalMs?: number;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
}

interface Pending {
  since: number;
  facts: Record<string, unknown>;
  reason: string | null;
}

/**
 * Raises an alarm when a worker makes no progress, because its work fails again and again or hangs. The alarm is repeated
 * once a minute, and a line is logged when there is progress again. (The watch never stops or wakes the worker.)
 */
export function createProgressWatch(options: ProgressOptions): ProgressWatch {
  const { worker, log, stalledAfterMs = STALLED_AFTER_MS, alarmIntervalMs = 60_000 } = options;
  const { now = () => performance.now() } = options;
  const alarm = createAlarm(log);
  const pending = new Set<Pending>();
  let alarmedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const at = now();
    const [oldest] = [...pending].sort((one, other) => one.since - other.since);
    if (oldest && at - oldest.since >= stalledAfterMs) {
      if (alarmedAt !== undefined && at - alarmedAt < alarmIntervalMs) return;
      const seconds = Math.round((at - oldest.since) / 1_000);
      alarm('worker-stalled', 'a worker makes no progress', {
        worker,
        seconds,
        reason: oldest.reason,
        ...oldest.facts,
      });
      alarmedAt = at;
    } else if (alarmedAt !== undefined) {
      log.info({ worker }, 'the worker makes progress again');
      alarmedAt = undefined;
    }
  }

  return {
    start() {
      timer ??= setInterval(look, Math.min(stalledAfterMs / 10, 1_000)).unref();
    },
    expect(facts = {}) {
      const work: Pending = { since: now(), facts, reason: null };
      pending.add(work);
      return {
        progress() {
          work.since = now();
          work.reason = null;
        },
        fail(error) {
          work.reason = errorText(error);
        },
        end: () => void pending.delete(work),
      };
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      pending.clear();
    },
  };
}
