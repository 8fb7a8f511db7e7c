import { createAlarm, errorText, type Logger } from '@repo/observability';

/** Longer than a restart of any server that is waited for. */
export const STALLED_AFTER_MS = 30_000;

/** A piece of work from which progress is expected until it ends. */
export interface ExpectedWork {
  /** It has come further: the time begins again. */
  progress(): void;
  /** It has failed and is tried again; the reason stands in the alarm, should it stay so. */
  fail(error: unknown): void;
  end(): void;
}

export interface ProgressWatch {
  start(): void;
  /** @param facts what tells this work apart, for the alarm */
  expect(facts?: Record<string, unknown>): ExpectedWork;
  stop(): void;
}

export interface ProgressOptions {
  /** Whose work it is, for the alarm: 'sweep inbox'. */
  worker: string;
  log: Logger;
  stalledAfterMs?: number;
  alarmIntervalMs?: number;
  /** A clock that only goes forward, in milliseconds. */
  now?: () => number;
}

interface Pending {
  since: number;
  facts: Record<string, unknown>;
  reason: string | null;
}

/**
 * Raises an alarm when a worker makes no progress, whatever the reason is: work that fails again and again, and work that
 * hangs. Again once a minute while that lasts, and a line when it is over. (Nothing here stops or hurries the worker.)
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
