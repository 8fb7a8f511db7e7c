import type { Topic } from './event-type.ts';
import type { Kafka } from './kafka/kafka.ts';
import { LATE_AFTER_MS } from './outbox/leader.ts';

/** The partitions of each topic: as many replicas of a service can consume at a time. */
export const PARTITIONS = 6;
const DAY_MS = 24 * 60 * 60 * 1000;
export const TOPIC_RETENTION_MS = 7 * DAY_MS;
export const SEGMENT_MS = DAY_MS;

/**
 * For each topic. Our client can decompress only gzip, so the broker stores the batches of other clients uncompressed.
 * (https://kafka.apache.org/documentation/#topicconfigs_compression.type)
 */
const EACH = { 'compression.type': 'uncompressed' };

/**
 * The kinds of topic. `history` holds events. `state` is compacted: Kafka keeps the last record of each key, so it must
 * refuse a record whose timestamp is too old.
 */
const KINDS = {
  history: {
    ...EACH,
    'cleanup.policy': 'delete',
    'retention.ms': String(TOPIC_RETENTION_MS),
    // Kafka deletes whole segments only: a record lives longer, by the time in which its segment was filled.
    'segment.ms': String(SEGMENT_MS),
  },
  state: {
    ...EACH,
    'cleanup.policy': 'compact',
    'message.timestamp.type': 'CreateTime',
    'message.timestamp.before.max.ms': String(LATE_AFTER_MS),
  },
};

export type TopicKind = keyof typeof KINDS;

/** Creates the missing topics of a service: a part of its migrate step. */
export async function createTopics(kafka: Kafka, topics: Record<Topic, TopicKind>): Promise<void> {
  if (Object.keys(topics).length === 0) return;
  await kafka.createTopics(
    Object.entries(topics).map(([topic, kind]) => ({ topic, partitions: PARTITIONS, config: KINDS[kind] })),
  );
}
