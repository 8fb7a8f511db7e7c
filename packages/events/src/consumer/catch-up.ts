import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@repo/observability';

export interface CatchUpOptions {
  /** How many records the group still has to consume. */
  lag: () => Promise<number>;
  isStopping: () => boolean;
  log: Logger;
  /** After how long a line says that somebody waits; again each time so long after it. */
  noticeEachMs?: number;
}

const POLL_MS = 200;

/**
 * Waits until a group has consumed what it has to. One partition that stands still makes everybody wait who asks for
 * this, and all deadlines with them: so the log says what they wait for.
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
