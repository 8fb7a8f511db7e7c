import { setTimeout } from 'node:timers/promises';
import type { EventType } from '@tenfold/contracts/event';
import type { Logger } from '@tenfold/observability';
import type { Database, Transaction } from '@tenfold/postgres';
import { fullJitter } from './backoff.ts';
import { decodeHeaders } from './cloud-event.ts';
import type { Message, OutgoingEvent } from './event.ts';
import { claimMessages } from './inbox.ts';
import type { Batch, Kafka, ReceivedRecord } from './kafka.ts';
import { appendEvents } from './outbox.ts';
import { cutIntoRuns } from './runs.ts';
import { processInSpans } from './spans.ts';
import { createInboxSweeper } from './sweep-inbox.ts';

/**
 * What a service does when it hears some events of one type. It is handed the transaction in which they are new, and
 * answers what it says in turn; both are committed together, so it is correct when a message comes twice without
 * knowing the word idempotent. It writes to its own database and does nothing else.
 */
export type Handler<Data> = (tx: Transaction, messages: Message<Data>[]) => Promise<OutgoingEvent[]>;

export interface Subscription {
  event: EventType<unknown>;
  handle: Handler<unknown>;
}

/** Binds an event to the use case that it triggers. */
export function subscribe<Data>(event: EventType<Data>, handle: Handler<Data>): Subscription {
  return { event, handle } as Subscription;
}

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
 * transaction: inbox rows, effects, outbox rows. The offset is committed after it. A run that fails is tried again,
 * with full jitter, until it passes; what was fetched with it waits, and nothing is skipped.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { kafka, database, log, onCommit } = options;
  const handlers = new Map(
    options.subscriptions.map((subscription) => [subscription.event.type, subscription]),
  );
  const ignored = new Map<string, number>();

  function readMessage(record: ReceivedRecord): Message[] {
    const type = record.headers.ce_type ?? '';
    const subscription = handlers.get(type);
    if (!subscription) {
      // Not an error: whoever publishes may add types that nobody here waits for.
      ignored.set(type, (ignored.get(type) ?? 0) + 1);
      return [];
    }
    const data = subscription.event.schema.parse(JSON.parse(record.value));
    return [{ ...decodeHeaders(record.headers), data }];
  }

  async function takeRun(run: Message[]): Promise<void> {
    const { handle } = handlers.get(run[0]?.type ?? '') as Subscription;
    await processInSpans(run, log, (messages) =>
      database.transaction(async (tx) => {
        const fresh = await claimMessages(
          tx,
          messages.map((message) => message.id),
        );
        // `delete` also tells whether it was there, so the second of two equal messages is left out.
        const unseen = messages.filter((message) => fresh.delete(message.id));
        if (unseen.length > 0) await appendEvents(tx, await handle(tx, unseen));
        return unseen;
      }),
    );
    onCommit();
  }

  async function takeChunk(chunk: ReceivedRecord[]): Promise<void> {
    for (const run of cutIntoRuns(chunk.flatMap(readMessage))) await takeRun(run);
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
      await Promise.all([leave?.(), sweeper.stop()]);
      if (ignored.size > 0)
        log.info({ ignored: Object.fromEntries(ignored) }, 'event types nobody here waits for');
    },
  };
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
