import { setTimeout } from 'node:timers/promises';
import { counter, createAlarm, type Logger } from '@tenfold/observability';
import { type Database, isUnavailable } from '@tenfold/postgres';
import { fullJitter } from './backoff.ts';
import { aggregateOf, findParked, type Kind, parkRecords } from './dead-letter-store.ts';
import type { Message } from './event.ts';
import type { Batch, Kafka, ReceivedRecord } from './kafka.ts';
import { redact } from './redact.ts';
import { createRedrive } from './redrive.ts';
import { cutIntoRuns } from './runs.ts';
import { processInSpans } from './spans.ts';
import { createInboxSweeper } from './sweep-inbox.ts';
import { Malformed, readMessage, type Subscription, takeMessages } from './take-messages.ts';

/** A message with the record that it came in. */
type Received = Message & { record: ReceivedRecord };

export interface ConsumerOptions {
  kafka: Kafka;
  /** The consumer group: the service's name, unless what it keeps is another for each database. */
  group: string | (() => Promise<string>);
  database: Database;
  subscriptions: Subscription[];
  log: Logger;
  /** Called after each commit, to wake whoever has work now: the relay, a timer. */
  onCommit: () => void;
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
 * Consumes the topics of all subscriptions. Records are cut into runs of one event type, and each run is one
 * transaction: inbox rows, effects, outbox rows. The offset is committed after it.
 *
 * A run that fails because something is away for now is tried again, with full jitter, until it passes, and the
 * partitions are kept meanwhile. One that fails for itself is halved until its culprit is found, which is put aside as
 * a dead letter: what comes later about the same thing queues behind it, in order, and everybody else goes on.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { kafka, database, log, onCommit } = options;
  const handlers = new Map(
    options.subscriptions.map((subscription) => [subscription.event.type, subscription]),
  );
  const ignored = counter('tenfold.events.ignored', { description: 'Events of types nobody here waits for' });
  const alarm = createAlarm(log);

  function subscriptionOf({ headers }: ReceivedRecord): Subscription | undefined {
    return handlers.get(headers.ce_type ?? '');
  }

  /** Takes records in order; what cannot be read stands between what comes before it and what comes after. */
  async function takeChunk(chunk: ReceivedRecord[]): Promise<void> {
    let readable: Received[] = [];
    const takeReadable = async () => {
      for (const run of cutIntoRuns(readable)) await takeRun(run);
      readable = [];
    };
    for (const record of chunk) {
      const subscription = subscriptionOf(record);
      // Not an error: whoever publishes may add types that nobody here waits for.
      if (!subscription) ignored.add(1, { type: record.headers.ce_type ?? '' });
      else {
        const message = tryToRead(record, subscription);
        if (message instanceof Malformed) {
          await takeReadable();
          await park(record, 'malformed', message);
        } else readable.push({ ...message, record });
      }
    }
    await takeReadable();
  }

  async function takeRun(run: Received[]): Promise<void> {
    try {
      await takeTogether(run);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const [first, ...others] = run as [Received, ...Received[]];
      if (others.length === 0) return park(first.record, 'failed', error as Error);
      const middle = Math.ceil(run.length / 2);
      await takeRun(run.slice(0, middle));
      await takeRun(run.slice(middle));
    }
  }

  async function takeTogether(run: Received[]): Promise<void> {
    const subscription = handlers.get(run[0]?.type ?? '') as Subscription;
    await processInSpans(run, log, (messages) =>
      database.transaction(async (tx) => {
        const parked = await findParked(
          tx,
          messages.map(({ record }) => aggregateOf(record)),
        );
        const waits = ({ record }: Received) => parked.has(aggregateOf(record));
        await parkRecords(
          tx,
          messages.filter(waits).map(({ record }) => ({ record, kind: 'behind', error: null })),
        );
        return takeMessages(
          tx,
          messages.filter((message) => !waits(message)),
          subscription,
        );
      }),
    );
    onCommit();
  }

  async function park(record: ReceivedRecord, kind: Kind, error: Error): Promise<void> {
    const text = redact(error.message);
    await database.transaction((tx) => parkRecords(tx, [{ record, kind, error: text }]));
    const { topic, partition, offset, key, headers } = record;
    const facts = { kind, topic, partition, offset: String(offset), key, id: headers.ce_id, error: text };
    alarm('an event could not be taken, and is a dead letter', facts);
  }

  async function takeBatch(batch: Batch): Promise<void> {
    for (let start = 0; start < batch.records.length; start += CHUNK) {
      const chunk = batch.records.slice(start, start + CHUNK);
      const taken = await untilItPasses(() => takeChunk(chunk), batch, log);
      if (!taken) return;
      await batch.commit(chunk);
      await batch.heartbeat();
    }
  }

  const sweeper = createInboxSweeper({ database, log });
  const redrive = createRedrive({ database, handlers, log, onCommit });
  const topics = [...new Set(options.subscriptions.map(({ event }) => event.topic))];
  let stopping = false;
  let joined: Promise<() => Promise<void>> | undefined;

  async function join(): Promise<() => Promise<void>> {
    for (let attempt = 0; !stopping; attempt++) {
      try {
        return await kafka.consume({ group: await groupOf(options), topics, onBatch: takeBatch });
      } catch (error) {
        log.warn({ err: error, attempt }, 'the group could not be joined; trying again');
        await setTimeout(fullJitter(attempt, { capMs: 2_000 }));
      }
    }
    return async () => {};
  }

  return {
    start() {
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
    },
  };
}

function tryToRead(record: ReceivedRecord, { event }: Subscription): Message | Malformed {
  try {
    return readMessage(record, event);
  } catch (error) {
    return error as Malformed;
  }
}

async function groupOf({ group }: ConsumerOptions): Promise<string> {
  return typeof group === 'string' ? group : group();
}

/** Tries until it passes, and keeps the partitions meanwhile; false when one of them is no longer ours. */
async function untilItPasses(work: () => Promise<void>, batch: Batch, log: Logger): Promise<boolean> {
  for (let attempt = 0; !batch.isStale(); attempt++) {
    try {
      await work();
      return true;
    } catch (error) {
      log.error({ err: error, attempt }, 'events could not be processed; trying again');
      await setTimeout(fullJitter(attempt, { capMs: 1_000 }));
      await batch.heartbeat();
    }
  }
  return false;
}
