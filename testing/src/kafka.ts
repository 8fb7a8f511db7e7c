import { randomBytes } from 'node:crypto';
import { createKafka, createTopics, type Kafka, type OutgoingRecord, type Publisher } from '@repo/events';
import type { Topic } from '@repo/events/event-type';
import { atTheEnd } from './at-the-end.ts';
import { type RecordedEvent, recordTopic } from './recorder.ts';
import { testLog, testServers } from './servers.ts';

export interface TestKafka {
  /** The value of KAFKA_NAMESPACE, which keeps topics and groups of test files apart. */
  namespace: string;
  kafka: Kafka;
  /** Publishes records in their order: events, or anything else that Kafka accepts. */
  publish(records: (OutgoingRecord & { topic: Topic })[]): Promise<void>;
  /** All records of a topic, also later ones, in the order of each key. */
  record(topic: Topic): Promise<readonly RecordedEvent[]>;
}

/** Creates topics for this test file, on the broker that all files share. */
export async function createTestKafka(topics: Topic[]): Promise<TestKafka> {
  const namespace = `test-${randomBytes(6).toString('hex')}.`;
  const kafka = createKafka({
    brokers: testServers().kafkaBrokers,
    clientId: 'test',
    namespace,
    log: testLog,
  });
  await createTopics(kafka, Object.fromEntries(topics.map((topic) => [topic, 'history'])));

  let publisher: Promise<Publisher> | undefined;
  async function openPublisher(): Promise<Publisher> {
    const opened = await kafka.openPublisher();
    atTheEnd(opened.close);
    return opened;
  }

  return {
    namespace,
    kafka,
    async publish(records) {
      publisher ??= openPublisher();
      const batches = [...Map.groupBy(records, ({ topic }) => topic)];
      await (await publisher).publish(batches.map(([topic, ofTopic]) => ({ topic, records: ofTopic })));
    },
    record: (topic) => recordTopic(kafka, topic),
  };
}
