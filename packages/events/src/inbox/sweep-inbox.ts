import type { Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { SEGMENT_MS, TOPIC_RETENTION_MS } from '../topics.ts';
import { forgetMessages } from './inbox-store.ts';

/**
 * How long an inbox knows a message: as long as Kafka may keep it, and as long again for those who replay it late.
 * Forgotten before, it would take effect a second time.
 */
export const INBOX_RETENTION_MS = 2 * (TOPIC_RETENTION_MS + SEGMENT_MS);

const BATCH = 1_000;
const INTERVAL_MS = 10 * 60 * 1000;

/** Keeps an inbox from growing for ever: a small batch at a time, so that nobody waits for it. */
export function createInboxSweeper({ database, log }: { database: Database; log: Logger }): Poller {
  return createPoller({
    name: 'sweep inbox',
    log,
    intervalMs: INTERVAL_MS,
    turn: async () => {
      const forgotten = await forgetMessages(database, { olderThanMs: INBOX_RETENTION_MS, limit: BATCH });
      return forgotten === BATCH;
    },
  });
}
