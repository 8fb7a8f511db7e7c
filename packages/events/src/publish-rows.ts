import type { Alarm } from '@tenfold/observability';
import { readClock, type Session } from '@tenfold/postgres';
import { type Publisher, Unpublishable } from './kafka.ts';
import { deletePublished, type ListedRow, parkDue, parkRows } from './outbox.ts';
import { sendRows } from './send-rows.ts';

export interface RowPublisherOptions {
  service: string;
  session: Session;
  publisher: Publisher;
  alarm: Alarm;
}

/** For so long what is new for a topic that was refused is parked without asking. */
const TOPIC_PAUSE_MS = 30_000;

/**
 * Publishes rows in their order, and deletes just those that Kafka has acknowledged. Rows that are refused are halved
 * until the culprit stands alone, which is parked; what comes later of the same thing is left where it is, and all
 * others go on. Where the topic itself is refused, all that goes there is parked at once.
 *
 * @throws from the returned functions, when something is away for now: the rows that are left are listed again
 */
export function createRowPublisher({ service, session, publisher, alarm }: RowPublisherOptions) {
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

  /** Topic by topic, so that one which takes nothing for now does not hold up the others. */
  async function publishTopics(rows: ListedRow[], parkedKeys: Set<string>, ledAt?: Date): Promise<void> {
    const failures: unknown[] = [];
    for (const ofTopic of Map.groupBy(rows, ({ topic }) => topic).values())
      await publishInOrder(ofTopic, parkedKeys, ledAt).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  /** `ledAt` is a time at which this was the leader for sure: what is sent is refused when it is too long ago. */
  async function publishInOrder(ofTopic: ListedRow[], parkedKeys: Set<string>, ledAt?: Date): Promise<void> {
    const rows = ofTopic.filter(({ key }) => !parkedKeys.has(key));
    if (rows.length === 0) return;
    try {
      await sendRows(publisher, rows, { service, at: ledAt ?? (await readClock(session)) });
      await deletePublished(session, rows);
      for (const { topic } of rows) refusedTopics.delete(topic);
    } catch (error) {
      if (!(error instanceof Unpublishable)) throw error;
      const [first, ...others] = takeApart(rows, error) as [ListedRow[], ...ListedRow[][]];
      if (others.length === 0) return refuse(first, error, parkedKeys);
      for (const part of [first, ...others]) await publishInOrder(part, parkedKeys);
    }
  }

  async function refuse(rows: ListedRow[], refusal: Unpublishable, parkedKeys: Set<string>): Promise<void> {
    const { id, topic, type, key } = rows[0] as ListedRow;
    const reason = refusal.message;
    await park(rows, reason, parkedKeys);
    if (refusal.isOfTopic) {
      refusedTopics.set(topic, { reason, until: Date.now() + TOPIC_PAUSE_MS });
      await parkDue(session, topic, reason);
    }
    alarm('an event cannot be published, and is parked', { id, topic, type, key, reason, rows: rows.length });
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
