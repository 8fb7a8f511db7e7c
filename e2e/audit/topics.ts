import { randomUUID } from 'node:crypto';
import type { Kafka, ReceivedRecord } from '@repo/events';
import { topics as allTopics } from '@repo/stack/topology';
import type { PublishedEvent } from '../invariants/evidence.ts';

const topics = [...allTopics];

/** All records of all topics; the list grows. */
export interface Recording {
  readonly records: readonly ReceivedRecord[];
  /**
   * Resolves when an event of one of these types has been published for an order, at the latest that of its end.
   *
   * @throws Error when none has been published within a time in which any order ends.
   */
  whenPublished(orderId: string, types: readonly string[]): Promise<void>;
  /** How many records have been published and not received yet. */
  lag(): Promise<number>;
  stop(): Promise<void>;
}

const ENDS = ['order.confirmed', 'order.cancelled'];
/** Longer than an order takes in spite of any fault of these runs. */
const GIVE_UP_MS = 60_000;

/** Consumes all topics from their beginning, so that a client that waits for an order need not poll for it. */
export async function recordTopics(kafka: Kafka): Promise<Recording> {
  const group = `recording-${randomUUID()}`;
  const records: ReceivedRecord[] = [];
  const publishedFor = new Map<string, Set<string>>();
  const waiting = new Map<string, Set<() => void>>();

  function note(record: ReceivedRecord): void {
    records.push(record);
    if (!isEvent(record)) return;
    const types = publishedFor.get(record.key) ?? new Set();
    publishedFor.set(record.key, types.add(record.headers.ce_type ?? ''));
    for (const notify of waiting.get(record.key) ?? []) notify();
  }

  const stop = await kafka.consume({
    group,
    topics,
    onBatch: async (batch) => {
      batch.records.forEach(note);
      batch.commit(batch.records);
    },
  });

  return {
    records,
    whenPublished(orderId, types) {
      const wanted = [...types, ...ENDS];
      const isPublished = () => wanted.some((type) => publishedFor.get(orderId)?.has(type));
      if (isPublished()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const listeners = waiting.get(orderId) ?? new Set();
        waiting.set(orderId, listeners.add(notify));
        const timer = setTimeout(() => {
          listeners.delete(notify);
          reject(new Error(`nothing was published for order ${orderId} within ${GIVE_UP_MS / 1_000} s`));
        }, GIVE_UP_MS);

        function notify(): void {
          if (!isPublished()) return;
          clearTimeout(timer);
          listeners.delete(notify);
          resolve();
        }
      });
    },
    lag: () => kafka.lag(group, topics),
    stop,
  };
}

/** An attribute of records that were sent to become dead letters: they are no events, and are not published again. */
export const POISON = 'ce_tenfoldpoison';

export function isEvent({ headers }: Pick<ReceivedRecord, 'headers'>): boolean {
  return headers[POISON] === undefined;
}

export function readEvents(records: readonly ReceivedRecord[]): PublishedEvent[] {
  return records.filter(isEvent).map(readEvent);
}

function readEvent({ topic, partition, offset, key, value, headers }: ReceivedRecord): PublishedEvent {
  const [id, type] = [headers.ce_id ?? '', headers.ce_type ?? ''];
  return { topic, partition, offset: Number(offset), id, type, key, data: JSON.parse(value) };
}
