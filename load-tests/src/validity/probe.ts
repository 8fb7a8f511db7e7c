import { randomUUID } from 'node:crypto';
import { OrderCancelled, OrderConfirmed } from '@repo/contracts/order';
import type { Kafka, ReceivedRecord } from '@repo/events';
import type { OrderEnd } from './validity.ts';

export interface ObservedEnd extends OrderEnd {
  /** On the clock of `performance.now()`. */
  at: number;
}

/** Consumes `order.events` and records the time at which each order ends. */
export interface Probe {
  ends: ReadonlyMap<string, ObservedEnd[]>;
  /** The number of confirmed orders. */
  confirmed(): number;
  /** Waits for the end of an order; undefined if it does not end within the longest time that an order may take. */
  whenEnded(orderId: string): Promise<ObservedEnd | undefined>;
  stop(): Promise<void>;
}

const GIVE_UP_MS = 20_000;

export async function openProbe(kafka: Kafka): Promise<Probe> {
  const ends = new Map<string, ObservedEnd[]>();
  const waiting = new Map<string, (end: ObservedEnd | undefined) => void>();
  let confirmed = 0;

  function note(record: ReceivedRecord, at: number): void {
    const outcome = outcomeOf(record);
    if (!outcome) return;
    const end = { eventId: record.headers.ce_id ?? '', outcome, at };
    const earlier = ends.get(record.key);
    if (earlier) earlier.push(end);
    else ends.set(record.key, [end]);
    if (!earlier && outcome === 'confirmed') confirmed++;
    waiting.get(record.key)?.(end);
  }

  const stopConsuming = await kafka.consume({
    group: `bench-${randomUUID()}`,
    topics: [OrderConfirmed.topic],
    onBatch: async ({ records, commit }) => {
      const at = performance.now();
      for (const record of records) note(record, at);
      // Without a commit the next batch contains the same records again.
      commit(records);
    },
  });

  return {
    ends,
    confirmed: () => confirmed,
    whenEnded(orderId) {
      const [end] = ends.get(orderId) ?? [];
      if (end) return Promise.resolve(end);
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiting.get(orderId)?.(undefined), GIVE_UP_MS);
        waiting.set(orderId, (seen) => {
          clearTimeout(timer);
          waiting.delete(orderId);
          resolve(seen);
        });
      });
    },
    async stop() {
      for (const giveUp of waiting.values()) giveUp(undefined);
      await stopConsuming();
    },
  };
}

function outcomeOf({ headers, value }: ReceivedRecord): string | undefined {
  if (headers.ce_type === OrderConfirmed.type) return 'confirmed';
  if (headers.ce_type !== OrderCancelled.type) return undefined;
  return (JSON.parse(value) as OrderCancelled).reason;
}
