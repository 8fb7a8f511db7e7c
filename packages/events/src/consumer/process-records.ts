import { counter, createAlarm, errorText, type Logger } from '@repo/observability';
import { type Database, isUnavailable, type Transaction } from '@repo/postgres';
import { bisect } from '../bisect.ts';
import type { DeadLetterKind } from '../dead-letters/dead-letter-store.ts';
import { createFailureBudget, TooManyFailures } from '../dead-letters/failure-budget.ts';
import { aggregateOf, type Parking, parkPlace, parkRecords } from '../dead-letters/parking-store.ts';
import type { Message } from '../event.ts';
import {
  type HandledMessages,
  handleMessages,
  readMessage,
  type Subscription,
} from '../inbox/handle-messages.ts';
import type { ReceivedRecord } from '../kafka/kafka.ts';
import { nameOf } from '../kafka/readable.ts';
import { cutIntoRuns } from './runs.ts';
import { processInSpans } from './spans.ts';

export interface RecordProcessorOptions {
  database: Database;
  /** By the type of event. */
  handlers: ReadonlyMap<string, Subscription>;
  log: Logger;
  onCommit: (committed: Committed) => void;
}

/** What a transaction has brought in which some events had their effect. */
export interface Committed {
  /** Of which type the events were. */
  type: string;
  /** Whether this service says something because of them. */
  hasPublished: boolean;
}

/** A message with the record that it came in, and what it speaks of. */
type Received = Message & { record: ReceivedRecord; aggregate: string };

/**
 * Processes records, cut into runs of one event type; each run is one transaction: inbox rows, effects, outbox rows.
 *
 * Whatever a record is made of, it ends as processed, ignored or a dead letter. A run that fails for good is bisected to
 * its culprit, which becomes a dead letter: later events of the same key queue behind it, in order, and all others go on.
 * Where very many fail, none is to blame (failure-budget.ts): they wait.
 *
 * @throws from the returned function, when something is unavailable for now: the same records may pass later, and the
 *   inbox knows those that have been processed
 */
export function createRecordProcessor({ database, handlers, log, onCommit }: RecordProcessorOptions) {
  const ignored = counter('events.ignored', { description: 'Events of types nobody here waits for' });
  const alarm = createAlarm(log);
  const failures = createFailureBudget();

  /**
   * Records in their order: one that cannot be read stands between those before it and those after it.
   *
   * @param heartbeat called after each step: many dead letters take longer than a group waits for its member
   */
  async function processRecords(records: ReceivedRecord[], heartbeat: () => Promise<void>): Promise<void> {
    let readable: Received[] = [];
    const processReadable = async () => {
      for (const run of cutIntoRuns(readable)) {
        await processRun(run);
        await heartbeat();
      }
      readable = [];
    };
    for (const record of records) {
      const subscription = handlers.get(record.headers.ce_type ?? '');
      // Not an error: whoever publishes may add types that nobody here waits for.
      if (!subscription) ignored.add(1, { topic: record.topic });
      else {
        const { message, error } = tryToRead(record, subscription);
        if (message) readable.push({ ...message, record, aggregate: aggregateOf(record) });
        else {
          await processReadable();
          await deadLetter(record, 'malformed', error);
          await heartbeat();
        }
      }
    }
    await processReadable();
  }

  async function processRun(run: Received[]): Promise<void> {
    await bisect(run, {
      run: processInOneTransaction,
      isolate: ({ record }, error) => setAside(record, error),
      isTransient: isUnavailable,
    });
  }

  async function processInOneTransaction(run: Received[]): Promise<void> {
    const subscription = handlers.get(run[0]?.type ?? '') as Subscription;
    let taken: HandledMessages<Received> | undefined;
    await processInSpans(run, log, async (messages) => {
      taken = await database.transaction((tx) => handleInTransaction(tx, messages, subscription));
      return taken.fresh;
    });
    if (taken && taken.fresh.length > 0)
      onCommit({ type: subscription.event.type, hasPublished: taken.hasPublished });
  }

  async function handleInTransaction(tx: Transaction, messages: Received[], subscription: Subscription) {
    const taken = await handleMessages(tx, messages, subscription);
    await parkRecords(
      tx,
      taken.waiting.map(({ record }) => ({ record, kind: 'behind', error: null })),
    );
    return taken;
  }

  async function setAside(record: ReceivedRecord, error: unknown): Promise<void> {
    if (!failures.tryAcquire())
      throw new TooManyFailures('Many events fail: they wait instead of being put aside.', { cause: error });
    await deadLetter(record, 'failed', error);
  }

  /** Keeps a record as it came; where even that is refused, its place and the reasons, by which Kafka still has it. */
  async function deadLetter(record: ReceivedRecord, kind: DeadLetterKind, error: unknown): Promise<void> {
    const text = errorText(error);
    const isNew = await park({ record, kind, error: text });
    // It has come again, because its offset was never committed.
    if (!isNew) return;
    const { topic, partition, offset, key, headers } = record;
    const id = nameOf(headers.ce_id ?? '');
    const facts = { kind, topic, partition, offset: String(offset), key, id, error: text };
    alarm('dead-letter-created', 'an event could not be processed and is a dead letter', facts);
  }

  async function park(parking: Parking & { error: string }): Promise<boolean> {
    try {
      return await database.transaction((tx) => parkRecords(tx, [parking]));
    } catch (refusal) {
      if (isUnavailable(refusal)) throw refusal;
      const why = `${parking.error} Only the place of the record could be kept: ${errorText(refusal)}`;
      return database.transaction((tx) => parkPlace(tx, { ...parking, error: why }));
    }
  }

  return processRecords;
}

function tryToRead(record: ReceivedRecord, { event }: Subscription): { message?: Message; error?: unknown } {
  try {
    const { topic, headers, raw } = record;
    return { message: readMessage({ topic, headers, value: raw.value }, event) };
  } catch (error) {
    return { error };
  }
}
