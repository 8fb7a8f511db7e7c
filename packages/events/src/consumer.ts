import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@tenfold/observability';
import type { Database } from '@tenfold/postgres';
import { fullJitter } from './backoff.ts';
import type { Batch, Kafka, ReceivedRecord } from './kafka.ts';
import { createRecordProcessor } from './process-records.ts';
import { createProgressWatch, type ExpectedWork, STALLED_AFTER_MS } from './progress.ts';
import { createRedrive } from './redrive.ts';
import { createInboxSweeper } from './sweep-inbox.ts';
import type { Subscription } from './take-messages.ts';

export interface ConsumerOptions {
  kafka: Kafka;
  /** The consumer group: the service's name, unless what it keeps is another for each database. */
  group: string | (() => Promise<string>);
  database: Database;
  subscriptions: Subscription[];
  log: Logger;
  /** Called after each commit, to wake whoever has work now: the relay, a timer. */
  onCommit: () => void;
  /** After how long without progress an alarm is raised. */
  stalledAfterMs?: number;
}

export interface Consumer {
  /** Joins the group, and tries until Kafka is there: a service is of use without it. */
  start(): void;
  /**
   * Resolves when this group, with all its members, has taken all that its topics hold now: whoever acts on what has
   * *not* been said makes sure first that it has been listened to.
   *
   * @throws when Kafka cannot tell, or this consumer stops
   */
  catchUp(): Promise<void>;
  /** Finishes what is in hand, and leaves the group. */
  stop(): Promise<void>;
}

/** The most records that share a transaction: well under a second of work, so that heartbeats are in time. */
const CHUNK = 200;
const CATCH_UP_POLL_MS = 200;

/**
 * Consumes the topics of all subscriptions, a chunk of records at a time; their offsets are committed once they have
 * been processed. While something is unavailable for now the same chunk is tried again, with full jitter, and the
 * partitions are kept; where that lasts, and where Kafka brings nothing at all, an alarm is raised.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { kafka, database, log, onCommit, stalledAfterMs = STALLED_AFTER_MS } = options;
  const handlers = new Map(
    options.subscriptions.map((subscription) => [subscription.event.type, subscription]),
  );
  const processRecords = createRecordProcessor({ database, handlers, log, onCommit });

  /** Kafka is expected to answer at any time, but while a batch is in hand. */
  async function onBatch(batch: Batch): Promise<void> {
    if (inHand++ === 0) fetching?.end();
    await processBatch(batch).finally(() => {
      if (--inHand === 0) fetching = progress.expect();
    });
  }

  async function processBatch(batch: Batch): Promise<void> {
    for (let start = 0; start < batch.records.length; start += CHUNK) {
      const chunk = batch.records.slice(start, start + CHUNK);
      const processed = await untilItPasses(() => processRecords(chunk), {
        batch,
        log,
        work: progress.expect({ partitions: partitionsOf(chunk) }),
      });
      if (!processed) return;
      await batch.commit(chunk);
      await batch.heartbeat();
    }
  }

  const sweeper = createInboxSweeper({ database, log });
  const redrive = createRedrive({ database, handlers, log, onCommit });
  const topics = [...new Set(options.subscriptions.map(({ event }) => event.topic))];
  const worker = `consumer of ${topics.join(', ')}`;
  const progress = createProgressWatch({ worker, log, stalledAfterMs });
  let fetching: ExpectedWork | undefined;
  let inHand = 0;
  let stopping = false;
  let joined: Promise<() => Promise<void>> | undefined;

  async function join(): Promise<() => Promise<void>> {
    fetching = progress.expect();
    for (let attempt = 0; !stopping; attempt++) {
      try {
        const group = await groupOf(options);
        return await kafka.consume({ group, topics, onBatch, onFetch: () => fetching?.progress() });
      } catch (error) {
        fetching?.fail(error);
        log.warn({ err: error, attempt }, 'the group could not be joined; trying again');
        await setTimeout(fullJitter(attempt, { capMs: 2_000 }));
      }
    }
    return async () => {};
  }

  return {
    start() {
      progress.start();
      joined = join();
      sweeper.start();
      redrive.start();
    },
    async catchUp() {
      const [group, ends] = await Promise.all([groupOf(options), kafka.ends(topics)]);
      while ((await kafka.lag(group, topics, ends)) > 0) {
        if (stopping) throw new Error('The consumer stops.');
        await setTimeout(CATCH_UP_POLL_MS);
      }
    },
    async stop() {
      stopping = true;
      const leave = await joined;
      await Promise.all([leave?.(), sweeper.stop(), redrive.stop()]);
      progress.stop();
    },
  };
}

async function groupOf({ group }: ConsumerOptions): Promise<string> {
  return typeof group === 'string' ? group : group();
}

/** Which partitions some records are of, for a person who looks for what is stuck. */
function partitionsOf(records: ReceivedRecord[]): string[] {
  return [...new Set(records.map(({ topic, partition }) => `${topic} ${partition}`))];
}

/** Tries until it passes, and keeps the partitions meanwhile; false when one of them is no longer ours. */
async function untilItPasses(
  work: () => Promise<void>,
  { batch, log, work: expected }: { batch: Batch; log: Logger; work: ExpectedWork },
): Promise<boolean> {
  try {
    for (let attempt = 0; !batch.isStale(); attempt++) {
      try {
        await work();
        return true;
      } catch (error) {
        expected.fail(error);
        log.error({ err: error, attempt }, 'events could not be processed; trying again');
        await setTimeout(fullJitter(attempt, { capMs: 1_000 }));
        await batch.heartbeat();
      }
    }
    return false;
  } finally {
    expected.end();
  }
}
