import { createAlarm, type Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { observeOutbox } from './outbox-metrics.ts';
import { readAge } from './outbox-store.ts';

export interface OutboxWatchOptions {
  database: Database;
  log: Logger;
  /** Whether the relay of this process leads. */
  leads: () => boolean;
  intervalMs?: number;
}

const TOO_OLD_SECONDS = 60;
/** How long a reading is valid: a few times as long as the interval. */
const LATEST_READING_MS = 15_000;
const ALARM_INTERVAL_MS = 60_000;

/**
 * Watches how long events wait to be published: the age of the oldest row whose key is not parked. Each replica watches by
 * itself, leader or not, whether Kafka is available or not. So each raises an alarm, at most once a minute.
 */
export function createOutboxWatch({ database, log, leads, intervalMs = 1_000 }: OutboxWatchOptions): Poller {
  const alarm = createAlarm(log);
  let age: { seconds: number; readAt: number } | undefined;
  let alarmedAt: number | undefined;
  let endObservation = () => {};

  /** Undefined while it cannot be read: an unknown age must not look like the last one. */
  function knownAge(): number | undefined {
    return age && performance.now() - age.readAt < LATEST_READING_MS ? age.seconds : undefined;
  }

  const poller = createPoller({
    name: 'watch outbox',
    log,
    intervalMs,
    turn: async () => {
      const ageSeconds = await readAge(database);
      age = { seconds: ageSeconds, readAt: performance.now() };
      if (ageSeconds > TOO_OLD_SECONDS) {
        if (alarmedAt !== undefined && performance.now() - alarmedAt < ALARM_INTERVAL_MS) return false;
        alarm('outbox-delayed', 'events wait to be published', { ageSeconds });
        alarmedAt = performance.now();
      } else if (alarmedAt !== undefined) {
        log.info({ ageSeconds }, 'events are published again');
        alarmedAt = undefined;
      }
      return false;
    },
  });
  return {
    ...poller,
    start() {
      endObservation = observeOutbox({ database, ageSeconds: knownAge, leads });
      poller.start();
    },
    stop() {
      endObservation();
      return poller.stop();
    },
  };
}
