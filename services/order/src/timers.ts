import { createJobWorker, type JobWorker } from '@repo/jobs';
import type { Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import type { Admission } from './admission.ts';
import { countLoad } from './admission-store.ts';
import {
  claimOverdueOrders,
  type OverdueOrder,
  postponeOrder,
  readClockIfOverdue,
  readOverdueBacklog,
} from './deadline-store.ts';
import { expireOrders } from './expire-orders.ts';
import { observeOpenOrders } from './order-metrics.ts';

export interface TimerOptions {
  database: Database;
  /** Resolves when every event that was published before has been processed. */
  catchUp: () => Promise<void>;
  log: Logger;
  onCommit: () => void;
}

/**
 * Cancels overdue orders. The `payment.captured` of such an order may be published and not yet consumed, as when Kafka or
 * this service was down: so the consumer catches up before orders are claimed.
 */
export function createDeadlineTimer({ database, catchUp, log, onCommit }: TimerOptions): JobWorker {
  return createJobWorker<OverdueOrder, void>({
    name: 'expire order',
    database,
    log,
    claim: async (_database, limits) => {
      const at = await readClockIfOverdue(database);
      if (!at) return [];
      await catchUp();
      return claimOverdueOrders(database, { ...limits, at });
    },
    // A deadline needs no external call.
    perform: async () => {},
    record: expireOrders,
    postpone: postponeOrder,
    readBacklog: readOverdueBacklog,
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
  let turns = 0;
  let endObservation = () => {};
  const poller = createPoller({
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
  return {
    ...poller,
    start() {
      endObservation = observeOpenOrders(() => admission.load().openOrders);
      poller.start();
    },
    stop() {
      endObservation();
      return poller.stop();
    },
  };
}
