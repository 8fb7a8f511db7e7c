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
 * Of a request over 100 MB Kafka closes the connection, and does not say why. Of text the characters are counted, each of
 * which is up to three bytes.
 */
const LARGEST_REQUEST = 16 * 1024 * 1024;

/** Publishes as an idempotent producer: what kafkajs sends again by itself comes once. */
export async function openPublisher(client: Client, namespace: string): Promise<Publisher> {
  const known = new Map<string, ITopicMetadata>();
  const choosePartition = Partitioners.DefaultPartitioner();
  /** The partitions of what is being sent that nobody has answered for. */
  const unanswered = new Set<string>();
  const connect = () =>
    connectProducer(client, (topic, partition) => unanswered.add(`${topic}/${partition}`));
  let producer = await connect();
  /** Whether the producer has failed: then the next thing is sent by another one. */
  let isSpoilt = false;

  /** Of a topic that is not there kafkajs's producer only tells after trying for seconds. */
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
   * Of a request that failed in part, kafkajs takes all sequence numbers back, also those that the broker has seen.
   * Given to other records, the broker would take those for known ones and drop them.
   */
  async function beginAnew(): Promise<void> {
    await producer.disconnect();
    producer = await connect();
  }

  /**
   * When a broker dies in the middle of this, kafkajs tries again with those brokers alone that had not answered yet:
   * what now belongs to one that had is never sent, and no error tells of it. (Found by e2e/faults, with three brokers.)
   */
  async function send(topicMessages: TopicMessages[]): Promise<void> {
    if (isSpoilt) await beginAnew();
    isSpoilt = true;
    unanswered.clear();
    const answers = await producer.sendBatch({ acks: -1, topicMessages });
    for (const { topicName, partition } of answers) unanswered.delete(`${topicName}/${partition}`);
    if (unanswered.size > 0)
      throw new Error(`Nobody has acknowledged what was sent to ${[...unanswered].join(', ')}.`);
    isSpoilt = false;
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
      // One after the other, as the broker takes them anyway: then it is plain whose answer is missing.
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
    // A broker that is silent is no reason for kafkajs to ask who leads instead; that some time has passed is one.
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
