import type { Alarm, Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { watchReservations } from './stock/watch-reservations.ts';

export interface TimerOptions {
  database: Database;
  /** Resolves when every event that was published before has been processed. */
  catchUp: () => Promise<void>;
  alarm: Alarm;
  /** The time after its order's deadline at which a reservation is overdue. */
  alarmSeconds: number;
  log: Logger;
}

const WATCH_INTERVAL_MS = 60_000;

/**
 * Watches for overdue reservations. While Kafka or this service was down, an order may have ended in an event that is not
 * yet consumed: so the consumer catches up first.
 */
export function createReservationTimer({
  database,
  catchUp,
  alarm,
  alarmSeconds,
  log,
}: TimerOptions): Poller {
  return createPoller({
    name: 'watch reservations',
    log,
    intervalMs: WATCH_INTERVAL_MS,
    turn: async () => {
      await catchUp();
      return database.transaction((tx) => watchReservations(tx, { alarm, alarmSeconds }));
    },
  });
}
