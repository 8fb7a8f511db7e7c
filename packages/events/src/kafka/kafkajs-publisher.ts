import {
  type Kafka as Client,
  type ITopicMetadata,
  Partitioners,
  type Producer,
  type TopicMessages,
} from 'kafkajs';
import { type OutgoingRecord, type Publisher, Unpublishable } from './kafka.ts';
import { untilKnown, withAdmin } from './kafkajs-admin.ts';
import { asUnpublishable } from './kafkajs-refusal.ts';

type Batches = Parameters<Publisher['publish']>[0];

/**
 * For a request over 100 MB Kafka closes the connection without an error code. The limit counts characters of text, each
 * of which is up to three bytes.
 */
const LARGEST_REQUEST = 16 * 1024 * 1024;

/** Publishes as an idempotent producer: records that kafkajs resends by itself are written once. */
export async function openPublisher(client: Client, namespace: string): Promise<Publisher> {
  const known = new Map<string, ITopicMetadata>();
  const choosePartition = Partitioners.DefaultPartitioner();
  /** The partitions of the current request that no broker has acknowledged. */
  const unacknowledged = new Set<string>();
  const connect = () =>
    connectProducer(client, (topic, partition) => unacknowledged.add(`${topic}/${partition}`));
  let producer = await connect();
  /** Whether the producer has failed: then another producer sends the next request. */
  let hasFailed = false;

  /** The producer of kafkajs reports a missing topic only after seconds of retries. */
  async function findTopics(topics: string[]): Promise<void> {
    const unknown = topics.filter((topic) => !known.has(topic));
    if (unknown.length === 0) return;
    const found = await withAdmin(client, (admin) => untilKnown(admin, unknown, { attempts: 5 }));
    for (const topic of found) known.set(topic.name, topic);
  }

  function partitionOf(topic: string, key: string): number {
    const partitionMetadata = known.get(topic)?.partitions ?? [];
    if (partitionMetadata.length === 0) return 0;
    return choosePartition({ topic, partitionMetadata, message: { key, value: null } });
  }

  /**
   * After a request that failed in part, kafkajs resets all sequence numbers, even those that the broker has seen. The
   * broker would treat the next records with these numbers as duplicates and drop them.
   */
  async function replaceProducer(): Promise<void> {
    await producer.disconnect();
    producer = await connect();
  }

  /**
   * When a broker dies during a request, kafkajs retries only with the brokers that had not responded yet. Partitions that
   * have moved to a broker that had responded are never sent, without an error. (Found by e2e/faults, with three brokers.)
   */
  async function send(topicMessages: TopicMessages[]): Promise<void> {
    if (hasFailed) await replaceProducer();
    hasFailed = true;
    unacknowledged.clear();
    const acknowledgements = await producer.sendBatch({ acks: -1, topicMessages });
    for (const { topicName, partition } of acknowledgements)
      unacknowledged.delete(`${topicName}/${partition}`);
    if (unacknowledged.size > 0)
      throw new Error(`No broker has acknowledged the records for ${[...unacknowledged].join(', ')}.`);
    hasFailed = false;
  }

  async function publish(batches: Batches, at: Date): Promise<void> {
    refuseTooLarge(batches);
    const topicMessages = batches.map(({ topic, records }) => ({
      topic: namespace + topic,
      messages: records.map((record) => ({ ...record, timestamp: String(at.getTime()) })),
    }));
    try {
      await findTopics(topicMessages.map(({ topic }) => topic));
      await send(topicMessages);
    } catch (error) {
      const refusal = asUnpublishable(error);
      if (refusal?.isOfTopic) known.clear();
      throw refusal ?? error;
    }
  }

  let last = Promise.resolve();
  return {
    publish: (batches, at = new Date()) => {
      // One after the other, as the broker processes them anyway: so it is clear which acknowledgement is missing.
      const published = last.then(() => publish(batches, at));
      last = published.catch(() => {});
      return published;
    },
    partitionOf: (topic, key) => partitionOf(namespace + topic, key),
    close: () => producer.disconnect(),
  };
}

async function connectProducer(
  client: Client,
  onChoice: (topic: string, partition: number) => void,
): Promise<Producer> {
  const producer = client.producer({
    createPartitioner: () => {
      const choose = Partitioners.DefaultPartitioner();
      return (record) => {
        const partition = choose(record);
        onChoice(record.topic, partition);
        return partition;
      };
    },
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
    // kafkajs does not look for a new leader when a broker is silent, only when its metadata is this old.
    metadataMaxAge: 10_000,
  });
  await producer.connect();
  return producer;
}

function refuseTooLarge(batches: Batches): void {
  const sizeOf = (records: OutgoingRecord[]) =>
    records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
  const size = batches.reduce((sum, { records }) => sum + sizeOf(records), 0);
  if (size > LARGEST_REQUEST) throw new Unpublishable('The request is too large.');
}
