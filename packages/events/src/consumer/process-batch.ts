import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import type { ExpectedWork, ProgressWatch } from '@repo/polling';
import { fullJitter } from '@repo/polling';
import type { Batch, ReceivedRecord } from '../kafka/kafka.ts';

export interface BatchProcessorOptions {
  /** Processes records in their order; throws when something is unavailable. */
  processRecords: (records: ReceivedRecord[], heartbeat: () => Promise<void>) => Promise<void>;
  progress: ProgressWatch;
  log: Logger;
}

/** The most records that share a transaction: well under a second of work, so heartbeats are in time. */
const CHUNK = 200;

/**
 * Processes batches, one chunk of records at a time. The offsets of a chunk are committed some time after it has been
 * processed. While something is unavailable the same chunk is retried with full jitter, and the member keeps its
 * partitions.
 */
export function createBatchProcessor({ processRecords, progress, log }: BatchProcessorOptions) {
  /**
   * The expected work of chunks whose offsets have not been committed, oldest first. It ends with the commit and not with
   * the attempt, so records that are delivered again and again raise an alarm.
   */
  const uncommitted = new Set<ExpectedWork>();

  async function processBatch(batch: Batch): Promise<void> {
    for (let start = 0; start < batch.records.length; start += CHUNK) {
      const chunk = batch.records.slice(start, start + CHUNK);
      const work = progress.expect({ partitions: partitionsOf(chunk) });
      // Also after a failure: then the records are delivered again.
      const processed = await processWithRetries(chunk, batch, work).finally(() => uncommitted.add(work));
      if (!processed) return;
      batch.commit(chunk, () => endUntil(work));
      await batch.heartbeat();
    }
  }

  /** Ends the expected work of the chunks up to this one. */
  function endUntil(last: ExpectedWork): void {
    for (const work of uncommitted) {
      work.end();
      uncommitted.delete(work);
      if (work === last) return;
    }
  }

  /** Ends all expected work when Kafka has no records: the uncommitted ones have moved to another member. */
  function expectNothing(): void {
    for (const work of uncommitted) work.end();
    uncommitted.clear();
  }

  /** Returns false when the batch is stale: a partition has moved to another member, or the consumer is stopping. */
  async function processWithRetries(
    chunk: ReceivedRecord[],
    batch: Batch,
    work: ExpectedWork,
  ): Promise<boolean> {
    for (let attempt = 0; !batch.isStale(); attempt++) {
      try {
        await processRecords(chunk, batch.heartbeat);
        return true;
      } catch (error) {
        work.fail(error);
        log.warn({ err: error, attempt }, 'events could not be processed; retrying');
        await setTimeout(fullJitter(attempt, { capMs: 1_000 }));
        await batch.heartbeat();
      }
    }
    return false;
  }

  return { processBatch, expectNothing };
}

/** The partitions of some records, as an operator needs them in an alarm. */
function partitionsOf(records: ReceivedRecord[]): string[] {
  return [...new Set(records.map(({ topic, partition }) => `${topic} ${partition}`))];
}
