import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import {
  createPace,
  createProgressWatch,
  type ExpectedWork,
  fullJitter,
  type Pace,
  STALLED_AFTER_MS,
} from '@repo/polling';
import type { Database } from '@repo/postgres';
import { createRedrive } from '../dead-letters/redrive.ts';
import type { Subscription } from '../inbox/handle-messages.ts';
import { createInboxSweeper } from '../inbox/sweep-inbox.ts';
import type { Batch, Kafka } from '../kafka/kafka.ts';
import { catchUp } from './catch-up.ts';
import { observeConsumer } from './consumer-metrics.ts';
import { createBatchProcessor } from './process-batch.ts';
import { type Committed, createRecordProcessor } from './process-records.ts';
import { createOffsetWatch } from './watch-offsets.ts';

export interface ConsumerOptions {
  kafka: Kafka;
  /** The consumer group: the service's name, unless each database needs a group of its own. */
  group: string | (() => Promise<string>);
  /** Names the group in metrics; the group itself, unless given. */
  name?: string;
  database: Database;
  subscriptions: Subscription[];
  log: Logger;
  /** Called after each commit of effects, to wake the relay or a timer. */
  onCommit: (committed: Committed) => void;
  /** How long a lack of progress lasts before an alarm is raised. */
  stalledAfterMs?: number;
}

export interface Consumer {
  /** Joins the group, and retries until Kafka is available: a service starts without it. */
  start(): void;
  /**
   * Resolves when this group, with all its members, has consumed every record that its topics hold now. A timer that acts
   * because an event has *not* been received calls this first.
   *
   * @throws when Kafka is unavailable, or this consumer stops
   */
  catchUp(): Promise<void>;
  /** Finishes the current batches, and leaves the group. */
  stop(): Promise<void>;
}

/**
 * Consumes the topics of all subscriptions (process-batch.ts). An alarm is raised when there is no progress for long:
 * something is unavailable, or Kafka sends nothing at all.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { kafka, database, log, onCommit, stalledAfterMs = STALLED_AFTER_MS } = options;
  const handlers = new Map(
    options.subscriptions.map((subscription) => [subscription.event.type, subscription]),
  );
  const topics = [...new Set(options.subscriptions.map(({ event }) => event.topic))];
  const worker = `consumer of ${topics.join(', ')}`;
  const progress = createProgressWatch({ worker, log, stalledAfterMs });
  // Each broker sends its own batches, so several may be processed at a time.
  const paces = new Set<Pace>();
  const free: Pace[] = [];
  const processRecords = createRecordProcessor({ database, handlers, log, onCommit });
  const { processBatch, expectNothing } = createBatchProcessor({ processRecords, progress, log });

  /** Kafka is expected to respond at any time, except while a batch is being processed. */
  async function onBatch(batch: Batch): Promise<void> {
    if (inProgress++ === 0) fetching?.end();
    const pace = free.pop() ?? createPace();
    paces.add(pace);
    await pace
      .turn(() => processBatch(batch))
      .finally(() => {
        free.push(pace);
        if (--inProgress === 0) fetching = progress.expect();
      });
  }

  function onFetch(isEmpty: boolean): void {
    fetching?.progress();
    if (isEmpty && inProgress === 0) expectNothing();
  }

  const sweeper = createInboxSweeper({ database, log });
  const redrive = createRedrive({ database, handlers, log, onCommit });
  const offsetWatch = createOffsetWatch({ kafka, group: () => groupOf(options), topics, log });
  let fetching: ExpectedWork | undefined;
  let inProgress = 0;
  let stopping = false;
  let endObservation = () => {};
  let joined: Promise<() => Promise<void>> | undefined;

  async function join(): Promise<() => Promise<void>> {
    fetching = progress.expect();
    for (let attempt = 0; !stopping; attempt++) {
      try {
        const group = await groupOf(options);
        // Must be before the group consumes: then it continues with the oldest record that is left, without an error.
        await offsetWatch.check();
        return await kafka.consume({ group, topics, onBatch, onFetch });
      } catch (error) {
        fetching?.fail(error);
        log.warn({ err: error, attempt }, 'the group could not be joined; retrying');
        await setTimeout(fullJitter(attempt, { capMs: 2_000 }));
      }
    }
    return async () => {};
  }

  return {
    start() {
      const group = () => groupOf(options);
      endObservation = observeConsumer({ kafka, database, name: nameOf(options), group, topics });
      progress.start();
      joined = join();
      offsetWatch.start();
      sweeper.start();
      redrive.start();
    },
    async catchUp() {
      const [group, endOffsets] = await Promise.all([groupOf(options), kafka.endOffsets(topics)]);
      await catchUp({ lag: () => kafka.lag(group, topics, endOffsets), isStopping: () => stopping, log });
    },
    async stop() {
      stopping = true;
      endObservation();
      for (const pace of paces) pace.end();
      const leave = await joined;
      await Promise.all([leave?.(), offsetWatch.stop(), sweeper.stop(), redrive.stop()]);
      progress.stop();
    },
  };
}

function nameOf({ name, group }: ConsumerOptions): string {
  return name ?? (typeof group === 'string' ? group : 'group');
}

async function groupOf({ group }: ConsumerOptions): Promise<string> {
  return typeof group === 'string' ? group : group();
}
