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
 * Watches for records that Kafka has deleted before this group consumed them, as after an outage that was longer than the
 * retention of a topic. The client continues with the oldest record that is left, without an error. Each loss raises one
 * alarm.
 */
export function createOffsetWatch(options: OffsetWatchOptions): Poller & { check(): Promise<void> } {
  const { kafka, group, topics, log, intervalMs = 60_000 } = options;
  const alarm = createAlarm(log);
  const reported = new Map<string, number>();

  async function check(): Promise<void> {
    for (const { topic, partition, records } of await kafka.lost(await group(), topics)) {
      if (reported.get(`${topic} ${partition}`) === records) continue;
      reported.set(`${topic} ${partition}`, records);
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
      await check();
      return false;
    },
  });
  return { ...poller, check };
}
