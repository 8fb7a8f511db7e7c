import { randomUUID } from 'node:crypto';
import type { Topic } from '@repo/contracts/event';
import type { Kafka, ReceivedRecord } from '@repo/events';
import type { PublishedEvent } from '../invariants/evidence.ts';

const topics: Topic[] = ['order.events', 'inventory.events', 'payment.events', 'product.events'];

/** All that the topics hold; it grows. */
export interface Recording {
  readonly records: readonly ReceivedRecord[];
  /**
   * Resolves when one of these has been said of an order, and at the latest when its end has.
   *
   * @throws Error when neither has been for a time in which any order ends.
   */
  whenPublished(orderId: string, types: readonly string[]): Promise<void>;
  /** How many records are there and have not come in yet. */
  lag(): Promise<number>;
  stop(): Promise<void>;
}

const ENDS = ['order.confirmed', 'order.cancelled'];
/** Longer than an order can take, and than anything that these runs do to it. */
const GIVE_UP_MS = 60_000;

/** Listens to all topics from their beginning, so that whoever waits for an order need not ask for it again and again. */
export async function recordTopics(kafka: Kafka): Promise<Recording> {
  const group = `recording-${randomUUID()}`;
  const records: ReceivedRecord[] = [];
  const publishedFor = new Map<string, Set<string>>();
  const waiting = new Map<string, Set<() => void>>();

  function note(record: ReceivedRecord): void {
    records.push(record);
    if (!isEvent(record)) return;
    const said = publishedFor.get(record.key) ?? new Set();
    publishedFor.set(record.key, said.add(record.headers.ce_type ?? ''));
    for (const look of waiting.get(record.key) ?? []) look();
  }

  const leave = await kafka.consume({
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
        const looks = waiting.get(orderId) ?? new Set();
        waiting.set(orderId, looks.add(look));
        const timer = setTimeout(() => {
          looks.delete(look);
          reject(new Error(`nothing was heard of order ${orderId} for ${GIVE_UP_MS / 1_000} s`));
        }, GIVE_UP_MS);

        function look(): void {
          if (!isPublished()) return;
          clearTimeout(timer);
          looks.delete(look);
          resolve();
        }
      });
    },
    lag: () => kafka.lag(group, topics),
    stop: leave,
  };
}

/** An attribute of records that were sent to be dead letters: they are no events, and are not said again. */
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
