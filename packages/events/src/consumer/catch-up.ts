import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@repo/observability';

export interface CatchUpOptions {
  /** How many records the group still has to consume. */
  lag: () => Promise<number>;
  isStopping: () => boolean;
  log: Logger;
  /** How long after the beginning of the wait, and after each notice, the next notice is logged. */
  noticeEachMs?: number;
}

const POLL_MS = 200;

/**
 * Waits until a group has consumed its records. One stalled partition delays every caller, and all deadlines with it: so
 * the wait is logged.
 *
 * @throws when the lag cannot be read, or the consumer stops
 */
export async function catchUp(options: CatchUpOptions): Promise<void> {
  const { lag, isStopping, log, noticeEachMs = 10_000 } = options;
  const began = performance.now();
  for (let notices = 0; ; ) {
    const records = await lag();
    if (records === 0) return;
    if (isStopping()) throw new Error('The consumer stops.');
    const waitedMs = performance.now() - began;
    if (waitedMs >= noticeEachMs * (notices + 1)) {
      notices = Math.floor(waitedMs / noticeEachMs);
      log.warn({ records, seconds: Math.round(waitedMs / 1_000) }, 'waiting until the group has caught up');
    }
    await setTimeout(POLL_MS);
  }
}
