import { createDueWorker, type DueWorker } from '@tenfold/due';
import type { Logger } from '@tenfold/observability';
import type { Database } from '@tenfold/postgres';
import { claimOverdueOrders, hasOverdueOrders, type OverdueOrder, postponeOrder } from './deadline-store.ts';
import { expireOrders } from './expire-orders.ts';

export interface TimerOptions {
  database: Database;
  /** Resolves when all that was said until now has been heard. */
  catchUp: () => Promise<void>;
  log: Logger;
  onCommit: () => void;
}

/**
 * What this service does when its time has come. An order may have been paid for by an event that nobody has read yet,
 * because Kafka or this service was away: so before orders are taken, all that is on the topics is heard.
 */
export function createDeadlineTimer({ database, catchUp, log, onCommit }: TimerOptions): DueWorker {
  return createDueWorker<OverdueOrder, void>({
    name: 'expire order',
    database,
    log,
    claim: async (_database, room) => {
      const at = new Date();
      if (!(await hasOverdueOrders(database, at))) return [];
      await catchUp();
      return claimOverdueOrders(database, { ...room, at });
    },
    perform: async () => {},
    record: expireOrders,
    postpone: postponeOrder,
    onCommit,
  });
}
