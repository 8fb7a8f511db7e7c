import type { Alarm, Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { watchReservations } from './stock/watch-reservations.ts';

export interface TimerOptions {
  database: Database;
  /** Resolves when all that was said until now has been heard. */
  catchUp: () => Promise<void>;
  alarm: Alarm;
  /** How long after its order's deadline a reservation is too old. */
  alarmSeconds: number;
  log: Logger;
}

const WATCH_INTERVAL_MS = 60_000;

/**
 * What this service does when its time has come. The end of an order may stand in an event that nobody has read yet,
 * because Kafka or this service was away: so all that is on the topics is heard before.
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
