import type { Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { SEGMENT_MS, TOPIC_RETENTION_MS } from '../topics.ts';
import { deleteOldMessages } from './inbox-store.ts';

/**
 * How long an inbox keeps a message: as long as Kafka may keep its record, and as long again for late replays. A message
 * that is deleted earlier could take effect twice.
 */
export const INBOX_RETENTION_MS = 2 * (TOPIC_RETENTION_MS + SEGMENT_MS);

const BATCH = 1_000;
const INTERVAL_MS = 10 * 60 * 1000;

/** Keeps an inbox from growing forever: in small batches, so other transactions are not delayed. */
export function createInboxSweeper({ database, log }: { database: Database; log: Logger }): Poller {
  return createPoller({
    name: 'sweep inbox',
    log,
    intervalMs: INTERVAL_MS,
    turn: async () => {
      const deleted = await deleteOldMessages(database, { olderThanMs: INBOX_RETENTION_MS, limit: BATCH });
      return deleted === BATCH;
    },
  });
}
