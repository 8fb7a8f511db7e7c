import { randomUUID } from 'node:crypto';
import { decodeHeaders, type Envelope, type Kafka, type ReceivedRecord } from '@repo/events';
import type { Topic } from '@repo/events/event-type';
import { atTheEnd } from './at-the-end.ts';

export interface RecordedEvent extends Envelope {
  data: Record<string, unknown>;
  /** The record's key and headers as Kafka has them. */
  recordKey: string;
  headers: Record<string, string>;
}

/**
 * Records a topic from its beginning until the tests of this file have run; the returned list grows. It skips records that
 * are no events: a recorder that throws would receive the same batch again and again.
 */
export async function recordTopic(kafka: Kafka, topic: Topic): Promise<readonly RecordedEvent[]> {
  const recorded: RecordedEvent[] = [];
  const stop = await kafka.consume({
    group: `recorder-${randomUUID()}`,
    topics: [topic],
    onBatch: async (batch) => {
      for (const record of batch.records) {
        const event = readEvent(record);
        if (event) recorded.push(event);
      }
      batch.commit(batch.records);
    },
  });
  atTheEnd(stop);
  return recorded;
}

function readEvent({ key, value, headers }: ReceivedRecord): RecordedEvent | undefined {
  try {
    return { ...decodeHeaders(headers), data: JSON.parse(value), recordKey: key, headers };
  } catch {
    return undefined;
  }
}
