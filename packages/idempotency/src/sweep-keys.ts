import type { Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { deleteOldKeys } from './key-store.ts';

const BATCH = 500;
const HOUR_MS = 60 * 60 * 1000;
const LONGEST_INTERVAL_MS = 60 * 1000;

/**
 * Deletes expired keys in small batches, so that no request waits for it. From then on the same key is a new one.
 *
 * @param options.ttlHours how long a key is known; may be a fraction
 */
export function createKeySweeper(options: { database: Database; ttlHours: number; log: Logger }): Poller {
  const { database, ttlHours, log } = options;
  const ttlMs = ttlHours * HOUR_MS;
  return createPoller({
    name: 'sweep idempotency keys',
    log,
    intervalMs: Math.min(LONGEST_INTERVAL_MS, ttlMs / 10),
    turn: async () => (await deleteOldKeys(database, { olderThanMs: ttlMs, limit: BATCH })) === BATCH,
  });
}
