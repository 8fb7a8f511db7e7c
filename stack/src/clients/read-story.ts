import type { ReceivedRecord } from '@repo/events';
import { isAbout, occurredAt } from '../text/event-lines.ts';
import { openEventReader } from './event-reader.ts';
import type { KafkaPlace } from './kafka-client.ts';

/** The events of one story (`correlation` in the topology) that are on Kafka now, in the order of time. */
export async function readStory(
  place: KafkaPlace,
  id: string,
  signal: AbortSignal,
): Promise<ReceivedRecord[]> {
  const found: ReceivedRecord[] = [];
  const reader = await openEventReader(place, signal, (records) => {
    for (const record of records) if (isAbout(record, id)) found.push(record);
  });
  try {
    await reader.untilCaughtUp();
  } finally {
    await reader.close();
  }
  return found.toSorted((a, b) => occurredAt(a) - occurredAt(b));
}
