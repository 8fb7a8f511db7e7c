import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import type { ExpectedWork, ProgressWatch } from '@repo/polling';
import { fullJitter } from '@repo/polling';
import type { Batch, ReceivedRecord } from '../kafka/kafka.ts';

export interface BatchProcessorOptions {
  /** Processes records in their order; throws when something is unavailable for now. */
  processRecords: (records: ReceivedRecord[], heartbeat: () => Promise<void>) => Promise<void>;
  progress: ProgressWatch;
  log: Logger;
}

/** The most records that share a transaction: well under a second of work, so that heartbeats are in time. */
const CHUNK = 200;

/**
 * Processes batches, a chunk of records at a time; the offsets of a chunk are committed some time after it has been
 * processed. While something is unavailable for now the same chunk is tried again, with full jitter, and the partitions
 * are kept.
 */
export function createBatchProcessor({ processRecords, progress, log }: BatchProcessorOptions) {
  /**
   * What is expected of chunks whose offsets have not been committed, oldest first. It ends with a commit and not with
   * the attempt, so that records which come again and again are noticed.
   */
  const uncommitted = new Set<ExpectedWork>();

  async function processBatch(batch: Batch): Promise<void> {
    for (let start = 0; start < batch.records.length; start += CHUNK) {
      const chunk = batch.records.slice(start, start + CHUNK);
      const work = progress.expect({ partitions: partitionsOf(chunk) });
      // Also when this fails: then the records come again.
      const processed = await untilItPasses(chunk, batch, work).finally(() => uncommitted.add(work));
      if (!processed) return;
      batch.commit(chunk, () => endUntil(work));
      await batch.heartbeat();
    }
  }

  /** Ends what is expected of the chunks up to this one. */
  function endUntil(last: ExpectedWork): void {
    for (const work of uncommitted) {
      work.end();
      uncommitted.delete(work);
      if (work === last) return;
    }
  }

  /** Ends all expectations, when Kafka has nothing: what has not been committed has gone to another member. */
  function expectNothing(): void {
    for (const work of uncommitted) work.end();
    uncommitted.clear();
  }

  /** False when a partition is no longer ours. */
  async function untilItPasses(chunk: ReceivedRecord[], batch: Batch, work: ExpectedWork): Promise<boolean> {
    for (let attempt = 0; !batch.isStale(); attempt++) {
      try {
        await processRecords(chunk, batch.heartbeat);
        return true;
      } catch (error) {
        work.fail(error);
        log.error({ err: error, attempt }, 'events could not be processed; trying again');
        await setTimeout(fullJitter(attempt, { capMs: 1_000 }));
        await batch.heartbeat();
      }
    }
    return false;
  }

  return { processBatch, expectNothing };
}

/** Which partitions some records are of, for a person who looks for what is stuck. */
function partitionsOf(records: ReceivedRecord[]): string[] {
  return [...new Set(records.map(({ topic, partition }) => `${topic} ${partition}`))];
}
