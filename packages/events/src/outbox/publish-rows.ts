import type { Alarm } from '@repo/observability';
import { readClock, type Session } from '@repo/postgres';
import { type Publisher, Unpublishable } from '../kafka/kafka.ts';
import { deletePublished, type ListedRow, parkDue, parkRows } from './outbox-store.ts';
import { sendRows } from './send-rows.ts';

export interface RowPublisherOptions {
  service: string;
  session: Session;
  publisher: Publisher;
  alarm: Alarm;
  /**
   * Where rows are left that Kafka does not accept for now, and which others have to wait for them. Without it, the
   * failure is thrown.
   */
  paused?: {
    /** Pauses the partitions of rows that could not be published for now. */
    pause(rows: ListedRow[]): void;
    /** The rows that do not have to wait for a paused partition. */
    withoutPaused(rows: ListedRow[]): ListedRow[];
  };
}

/** For so long what is new for a topic that was refused is parked without asking. */
const TOPIC_PAUSE_MS = 30_000;

/**
 * Publishes rows in their order, and deletes just those that Kafka has acknowledged. Rows that are refused are halved
 * until the culprit stands alone, which is parked; what comes later of the same thing is left where it is, and all
 * others go on. Where the topic itself is refused, all that goes there is parked at once. Rows that Kafka does not
 * accept for now stay in the outbox, and their partitions are paused.
 *
 * @throws from the returned functions, when the session has failed
 */
export function createRowPublisher(options: RowPublisherOptions) {
  const { service, session, publisher, alarm, paused } = options;
  /** Why, and until when. */
  const refusedTopics = new Map<string, { reason: string; until: number }>();

  async function publishRows(rows: ListedRow[]): Promise<void> {
    const parkedKeys = new Set<string>();
    for (const [topic, ofTopic] of Map.groupBy(rows, (row) => row.topic)) {
      const { reason, until } = refusedTopics.get(topic) ?? { reason: '', until: 0 };
      if (until > Date.now()) await park(ofTopic, reason, parkedKeys);
    }
    await publishTopics(rows, parkedKeys, rows[0]?.listedAt);
  }

  async function publishAgain(due: ListedRow[]): Promise<void> {
    await publishTopics(due, new Set());
  }

  async function publishTopics(rows: ListedRow[], parkedKeys: Set<string>, ledAt?: Date): Promise<void> {
    for (const ofTopic of Map.groupBy(rows, ({ topic }) => topic).values())
      await publishInOrder(ofTopic, parkedKeys, ledAt);
  }

  /** `ledAt` is a time at which this was the leader for sure: what is sent is refused when it is too long ago. */
  async function publishInOrder(ofTopic: ListedRow[], parkedKeys: Set<string>, ledAt?: Date): Promise<void> {
    const unparked = ofTopic.filter(({ key }) => !parkedKeys.has(key));
    const rows = paused ? paused.withoutPaused(unparked) : unparked;
    if (rows.length === 0) return;
    const at = ledAt ?? (await readClock(session));
    try {
      await sendRows(publisher, rows, { service, at });
    } catch (error) {
      if (error instanceof Unpublishable) return publishApart(rows, error, parkedKeys);
      if (!paused) throw error;
      return paused.pause(rows);
    }
    await deletePublished(session, rows);
    for (const { topic } of rows) refusedTopics.delete(topic);
  }

  async function publishApart(rows: ListedRow[], refusal: Unpublishable, parkedKeys: Set<string>) {
    const [first, ...others] = takeApart(rows, refusal) as [ListedRow[], ...ListedRow[][]];
    if (others.length === 0) return refuse(first, refusal, parkedKeys);
    for (const part of [first, ...others]) await publishInOrder(part, parkedKeys);
  }

  async function refuse(rows: ListedRow[], refusal: Unpublishable, parkedKeys: Set<string>): Promise<void> {
    const { id, topic, type, key } = rows[0] as ListedRow;
    const reason = refusal.message;
    await park(rows, reason, parkedKeys);
    if (refusal.isOfTopic) {
      refusedTopics.set(topic, { reason, until: Date.now() + TOPIC_PAUSE_MS });
      await parkDue(session, topic, reason);
    }
    alarm('event-unpublishable', 'Kafka refuses an event, which is parked', {
      id,
      topic,
      type,
      key,
      reason,
      rows: rows.length,
    });
  }

  async function park(rows: ListedRow[], reason: string, parkedKeys: Set<string>): Promise<void> {
    await parkRows(session, rows, reason);
    for (const { key } of rows) parkedKeys.add(key);
  }

  return { publishRows, publishAgain };
}

/** The halves of rows that were refused together; all of them, where it is their topic that was refused. */
function takeApart(rows: ListedRow[], { isOfTopic }: Unpublishable): ListedRow[][] {
  if (isOfTopic) return [rows];
  const middle = Math.ceil(rows.length / 2);
  return [rows.slice(0, middle), rows.slice(middle)].filter((half) => half.length > 0);
}
