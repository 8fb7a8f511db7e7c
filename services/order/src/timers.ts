import { createJobWorker, type JobWorker } from '@repo/jobs';
import { gauge, type Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import type { Admission } from './admission.ts';
import { countLoad } from './admission-store.ts';
import { claimOverdueOrders, findOverdueTime, type OverdueOrder, postponeOrder } from './deadline-store.ts';
import { expireOrders } from './expire-orders.ts';

export interface TimerOptions {
  database: Database;
  /** Resolves when every event that was published before has been processed. */
  catchUp: () => Promise<void>;
  log: Logger;
  onCommit: () => void;
}

/**
 * Cancels overdue orders. While Kafka or this service was down, an order may have been paid for in an event that is not
 * yet consumed: so the consumer catches up before orders are claimed.
 */
export function createDeadlineTimer({ database, catchUp, log, onCommit }: TimerOptions): JobWorker {
  return createJobWorker<OverdueOrder, void>({
    name: 'expire order',
    database,
    log,
    claim: async (_database, limits) => {
      const at = await findOverdueTime(database);
      if (!at) return [];
      await catchUp();
      return claimOverdueOrders(database, { ...limits, at });
    },
    perform: async () => {},
    record: expireOrders,
    postpone: postponeOrder,
    onCommit,
    // Deadlines are minutes ahead.
    idlePollMs: 1_000,
  });
}

const COUNT_EACH_MS = 250;
/** The turns between two counts while there are no open orders: other processes place orders too. */
const IDLE_TURNS = 4;

/** Counts open orders and outbox rows for the admission. While that fails, the last count stays valid. */
export function createAdmissionTimer(options: {
  admission: Admission;
  database: Database;
  log: Logger;
}): Poller {
  const { admission, database, log } = options;
  gauge(
    'orders.open',
    { description: 'Open orders: placed or reserved, and not waiting for Kafka' },
    () => admission.load().openOrders,
  );
  gauge(
    'outbox.rows',
    { description: 'Events that wait to be published' },
    () => admission.load().outboxRows,
  );
  let turns = 0;
  return createPoller({
    name: 'count open orders',
    log,
    intervalMs: COUNT_EACH_MS,
    turn: async () => {
      if (admission.isIdle() && ++turns % IDLE_TURNS !== 0) return false;
      const mark = admission.mark();
      admission.correct(mark, await countLoad(database, admission.limits));
      return false;
    },
  });
}
