import { counter, createAlarm, type Logger } from '@tenfold/observability';
import { type Database, isUnavailable } from '@tenfold/postgres';
import type { Message } from './event.ts';
import type { ReceivedRecord } from './kafka.ts';
import { aggregateOf, findParked, type Kind, parkRecords } from './parking-store.ts';
import { redact } from './redact.ts';
import { cutIntoRuns } from './runs.ts';
import { processInSpans } from './spans.ts';
import { Malformed, readMessage, type Subscription, takeMessages } from './take-messages.ts';

export interface RecordTakerOptions {
  database: Database;
  /** By the type of event. */
  handlers: ReadonlyMap<string, Subscription>;
  log: Logger;
  onCommit: () => void;
}

/** A message with the record that it came in. */
type Received = Message & { record: ReceivedRecord };

/**
 * Takes records, cut into runs of one event type; each run is one transaction: inbox rows, effects, outbox rows.
 *
 * A run that fails for itself is halved until its culprit is found, which is put aside as a dead letter: what comes
 * later about the same thing queues behind it, in order, and everybody else goes on.
 *
 * @throws from the returned function, when something is away for now: the same records may pass later, and those that
 *   have been taken are known
 */
export function createRecordTaker({ database, handlers, log, onCommit }: RecordTakerOptions) {
  const ignored = counter('tenfold.events.ignored', { description: 'Events of types nobody here waits for' });
  const alarm = createAlarm(log);

  function subscriptionOf({ headers }: ReceivedRecord): Subscription | undefined {
    return handlers.get(headers.ce_type ?? '');
  }

  /** Takes records in order; what cannot be read stands between what comes before it and what comes after. */
  async function takeRecords(records: ReceivedRecord[]): Promise<void> {
    let readable: Received[] = [];
    const takeReadable = async () => {
      for (const run of cutIntoRuns(readable)) await takeRun(run);
      readable = [];
    };
    for (const record of records) {
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

  return takeRecords;
}

function tryToRead(record: ReceivedRecord, { event }: Subscription): Message | Malformed {
  try {
    return readMessage(record, event);
  } catch (error) {
    return error as Malformed;
  }
}
