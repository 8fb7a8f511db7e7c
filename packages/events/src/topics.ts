import type { Topic } from '@tenfold/contracts/event';
import type { Kafka } from './kafka.ts';
import { LATE_AFTER_MS } from './leader.ts';

const PARTITIONS = 6;
export const TOPIC_RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * A topic that tells what happened, and one that tells how things stand: of each key, Kafka keeps what came last. So
 * there a record that comes too late is refused, going by the time that it bears.
 */
const KINDS = {
  history: { 'cleanup.policy': 'delete', 'retention.ms': String(TOPIC_RETENTION_MS) },
  state: {
    'cleanup.policy': 'compact',
    'message.timestamp.type': 'CreateTime',
    'message.timestamp.before.max.ms': String(LATE_AFTER_MS),
  },
};

export type TopicKind = keyof typeof KINDS;

/** Creates the topics of a service that do not exist yet: a part of its migrate step. */
export async function createTopics(kafka: Kafka, topics: Partial<Record<Topic, TopicKind>>): Promise<void> {
  if (Object.keys(topics).length === 0) return;
  await kafka.createTopics(
    Object.entries(topics).map(([topic, kind]) => ({ topic, partitions: PARTITIONS, config: KINDS[kind] })),
  );
}
