import type { Topic } from '@repo/contracts/event';
import type { Kafka } from './kafka/kafka.ts';
import { LATE_AFTER_MS } from './outbox/leader.ts';

/** Of every topic: so many replicas of a service can consume at a time. */
export const PARTITIONS = 6;
const DAY_MS = 24 * 60 * 60 * 1000;
export const TOPIC_RETENTION_MS = 7 * DAY_MS;
export const SEGMENT_MS = DAY_MS;

/**
 * Of every topic. Our client reads no other compression than gzip, so the broker stores what others have compressed
 * without. (https://kafka.apache.org/documentation/#topicconfigs_compression.type)
 */
const EACH = { 'compression.type': 'uncompressed' };

/**
 * A topic that tells what happened, and one that tells how things stand: of each key, Kafka keeps what came last. So
 * there a record that comes too late is refused, going by the time that it bears.
 */
const KINDS = {
  history: {
    ...EACH,
    'cleanup.policy': 'delete',
    'retention.ms': String(TOPIC_RETENTION_MS),
    // Kafka deletes whole segments only: a record lives as much longer as its segment is filled.
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

/** Creates the topics of a service that do not exist yet: a part of its migrate step. */
export async function createTopics(kafka: Kafka, topics: Record<Topic, TopicKind>): Promise<void> {
  if (Object.keys(topics).length === 0) return;
  await kafka.createTopics(
    Object.entries(topics).map(([topic, kind]) => ({ topic, partitions: PARTITIONS, config: KINDS[kind] })),
  );
}
