import type { Alarm } from '@repo/observability';
import { readClock, type Session } from '@repo/postgres';
import { bisect } from '../bisect.ts';
import { type Publisher, Unpublishable } from '../kafka/kafka.ts';
import { deletePublished, type ListedRow, parkDue, parkRows } from './outbox-store.ts';
import { sendRows } from './send-rows.ts';

export interface RowPublisherOptions {
  service: string;
  session: Session;
  publisher: Publisher;
  alarm: Alarm;
  /** Holds back the rows of partitions that are unavailable. Without it, the error is thrown. */
  paused?: {
    /** Pauses the partitions of rows that could not be published. */
    pause(rows: ListedRow[]): void;
    /** The rows that need not wait for a paused partition. */
    withoutPaused(rows: ListedRow[]): ListedRow[];
  };
}

/** How long the new rows of a refused topic are parked without a send. */
const TOPIC_PAUSE_MS = 30_000;

/**
 * Publishes rows in their order, and deletes exactly those that Kafka has acknowledged. Rows that Kafka refuses are
 * bisected, and the refused one is parked: later rows of its key stay in the outbox, and all others are published. When
 * Kafka refuses the topic, all of its rows are parked at once. When a partition is unavailable, its rows stay in the
 * outbox, and it is paused.
 *
 * @throws from the returned functions, when the session has failed
 */
export function createRowPublisher(options: RowPublisherOptions) {
  const { service, session, publisher, alarm, paused } = options;
  const refusedTopics = new Map<string, { reason: string; until: number }>();

  /** Publishes new rows. */
  async function publishRows(rows: ListedRow[]): Promise<void> {
    const parking = createParking(session);
    for (const [topic, rowsOfTopic] of groupByTopic(rows)) {
      const refused = refusedTopics.get(topic);
      if (refused && refused.until > Date.now()) await parking.park(rowsOfTopic, refused.reason);
    }
    for (const rowsOfTopic of groupByTopic(rows).values())
      await publishTopic(rowsOfTopic, parking, rows[0]?.listedAt);
  }

  /** Publishes parked rows that are due. */
  async function publishDue(rows: ListedRow[]): Promise<void> {
    const parking = createParking(session);
    for (const rowsOfTopic of groupByTopic(rows).values()) await publishTopic(rowsOfTopic, parking);
  }

  /** @param ledAt a time at which this relay was the leader; the clock of the session unless given */
  async function publishTopic(rows: ListedRow[], parking: Parking, ledAt?: Date): Promise<void> {
    await bisect(rows, {
      // The halves are sent later, so they need a later time.
      run: (some) => publishTogether(some, parking, some === rows ? ledAt : undefined),
      isolate: (row, refusal) => parkRefused([row], refusal as Unpublishable, parking),
      isTransient: (error) => !(error instanceof Unpublishable),
    });
  }

  async function publishTogether(some: ListedRow[], parking: Parking, ledAt?: Date): Promise<void> {
    const rows = publishable(some, parking);
    if (rows.length === 0) return;
    const at = ledAt ?? (await readClock(session));
    try {
      await sendRows(publisher, rows, { service, at });
    } catch (error) {
      if (error instanceof Unpublishable && error.isOfTopic) return parkTopic(rows, error, parking);
      if (error instanceof Unpublishable || !paused) throw error;
      return paused.pause(rows);
    }
    await deletePublished(session, rows);
    refusedTopics.delete((rows[0] as ListedRow).topic);
  }

  /** The rows that need not wait for an earlier row of their key or for their partition. */
  function publishable(rows: ListedRow[], parking: Parking): ListedRow[] {
    const unparked = parking.withoutParked(rows);
    return paused ? paused.withoutPaused(unparked) : unparked;
  }

  async function parkTopic(rows: ListedRow[], refusal: Unpublishable, parking: Parking): Promise<void> {
    const { topic } = rows[0] as ListedRow;
    const reason = refusal.message;
    refusedTopics.set(topic, { reason, until: Date.now() + TOPIC_PAUSE_MS });
    await parkRefused(rows, refusal, parking);
    await parkDue(session, topic, reason);
  }

  async function parkRefused(rows: ListedRow[], { message }: Unpublishable, parking: Parking): Promise<void> {
    await parking.park(rows, message);
    const { id, topic, type, key } = rows[0] as ListedRow;
    const facts = { id, topic, type, key, reason: message, rows: rows.length };
    alarm('event-unpublishable', 'Kafka refuses an event, which is parked', facts);
  }

  return { publishRows, publishDue };
}

const groupByTopic = (rows: ListedRow[]) => Map.groupBy(rows, ({ topic }) => topic);

/** Parks rows of one batch, and holds back the other rows of their keys. */
interface Parking {
  park(rows: ListedRow[], reason: string): Promise<void>;
  withoutParked(rows: ListedRow[]): ListedRow[];
}

function createParking(session: Session): Parking {
  const keys = new Set<string>();
  return {
    async park(rows, reason) {
      await parkRows(session, rows, reason);
      for (const { key } of rows) keys.add(key);
    },
    withoutParked: (rows) => rows.filter(({ key }) => !keys.has(key)),
  };
}
