import { createAlarm, type Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import type { Kafka } from '../kafka/kafka.ts';

export interface OffsetWatchOptions {
  kafka: Kafka;
  group: () => Promise<string>;
  topics: string[];
  log: Logger;
  intervalMs?: number;
}

/**
 * Watches for records that Kafka has deleted before this group had consumed them, as after an outage that was longer
 * than a topic keeps them. The client goes on with the oldest that is left, and says nothing. Each loss is told once.
 */
export function createOffsetWatch(options: OffsetWatchOptions): Poller & { look(): Promise<void> } {
  const { kafka, group, topics, log, intervalMs = 60_000 } = options;
  const alarm = createAlarm(log);
  const told = new Map<string, number>();

  async function look(): Promise<void> {
    for (const { topic, partition, records } of await kafka.lost(await group(), topics)) {
      if (told.get(`${topic} ${partition}`) === records) continue;
      told.set(`${topic} ${partition}`, records);
      alarm('unconsumed-events-deleted', 'events were deleted before they were consumed', {
        topic,
        partition,
        records,
      });
    }
  }

  const poller = createPoller({
    name: 'watch offsets',
    log,
    intervalMs,
    turn: async () => {
      await look();
      return false;
    },
  });
  return { ...poller, look };
}
