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
  /** Resolves when all that was said until now has been heard. */
  catchUp: () => Promise<void>;
  log: Logger;
  onCommit: () => void;
}

/**
 * What this service does when its time has come. An order may have been paid for by an event that nobody has read yet,
 * because Kafka or this service was away: so before orders are taken, all that is on the topics is heard.
 */
export function createDeadlineTimer({ database, catchUp, log, onCommit }: TimerOptions): JobWorker {
  return createJobWorker<OverdueOrder, void>({
    name: 'expire order',
    database,
    log,
    claim: async (_database, room) => {
      const at = await findOverdueTime(database);
      if (!at) return [];
      await catchUp();
      return claimOverdueOrders(database, { ...room, at });
    },
    perform: async () => {},
    record: expireOrders,
    postpone: postponeOrder,
    onCommit,
    // A deadline is some minutes away.
    idlePollMs: 1_000,
  });
}

const COUNT_EACH_MS = 250;
/** While nothing is on its way, so many turns pass between two counts: other processes take orders too. */
const IDLE_TURNS = 4;

/** Counts what bounds the taking of orders. While it cannot be counted, what was counted last stands. */
export function createAdmissionTimer(options: {
  admission: Admission;
  database: Database;
  log: Logger;
}): Poller {
  const { admission, database, log } = options;
  gauge(
    'orders.open',
    { description: 'Orders that are on their way: placed or reserved, and not waiting for Kafka' },
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
      const found = admission.beginCount();
      found(await countLoad(database, admission.limits));
      return false;
    },
  });
}
