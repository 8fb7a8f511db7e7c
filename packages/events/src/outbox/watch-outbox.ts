import { createAlarm, gauge, type Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { readAge } from './outbox-store.ts';

export interface OutboxWatchOptions {
  database: Database;
  log: Logger;
  intervalMs?: number;
}

const TOO_OLD_SECONDS = 60;
const ALARM_INTERVAL_MS = 60_000;

/**
 * Watches how long events wait to be published: the age of the oldest row whose key is not parked. Each replica watches by
 * itself, leader or not, whether Kafka is available or not. So each raises an alarm, at most once a minute.
 */
export function createOutboxWatch({ database, log, intervalMs = 1_000 }: OutboxWatchOptions): Poller {
  const alarm = createAlarm(log);
  let ageSeconds = 0;
  let alarmedAt: number | undefined;
  gauge(
    'outbox.age_seconds',
    { description: 'How long the oldest event that is not parked has waited to be published' },
    () => ageSeconds,
  );

  return createPoller({
    name: 'watch outbox',
    log,
    intervalMs,
    turn: async () => {
      ageSeconds = await readAge(database);
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
}
