import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@tenfold/observability';
import { type Admin, Kafka as Client, logLevel, Partitioners } from 'kafkajs';
import type { Kafka, KafkaOptions, Publisher, TopicOptions } from './kafka.ts';
import { asBatch, gather } from './kafkajs-batch.ts';

/** Kafka by way of kafkajs. */
export function createKafka({ brokers, clientId, namespace = '', log }: KafkaOptions): Kafka {
  const client = new Client({
    brokers,
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 8 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => writeLog(log, entry.level, entry.log),
  });

  return {
    openPublisher: () => openPublisher(client, namespace),
    consume: (options) => consume(client, namespace, options),
    createTopics: (topics) => createTopics(client, namespace, topics),
    lag: (group, topics) =>
      lag(
        client,
        namespace + group,
        topics.map((topic) => namespace + topic),
      ),
  };
}

// kafkajs calls an error what it then retries by itself, such as a coordinator that is still loading.
function writeLog(
  log: Logger,
  level: logLevel,
  { message, ...rest }: { message: string; error?: unknown },
): void {
  const {
    error,
    stack: _stack,
    timestamp: _timestamp,
    logger: _logger,
    ...facts
  } = rest as Record<string, unknown>;
  const fields = { kafka: message, ...facts, ...(error ? { error: String(error) } : {}) };
  if (level <= logLevel.WARN) log.warn(fields, 'kafka client');
  else log.debug(fields, 'kafka client');
}

async function openPublisher(client: Client, namespace: string): Promise<Publisher> {
  const producer = client.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  return {
    publish: async (batches) => {
      const topicMessages = batches.map(({ topic, records }) => ({
        topic: namespace + topic,
        messages: records,
      }));
      await producer.sendBatch({ acks: -1, topicMessages });
    },
    close: () => producer.disconnect(),
  };
}

async function consume(
  client: Client,
  namespace: string,
  { group, topics, onBatch }: Parameters<Kafka['consume']>[0],
): Promise<() => Promise<void>> {
  const consumer = client.consumer({
    groupId: namespace + group,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 10_000,
    maxWaitTimeInMs: 100,
    minBytes: 1,
    maxBytesPerPartition: 256 * 1024,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: async () => true },
  });
  const leave = () => consumer.disconnect();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: topics.map((topic) => namespace + topic), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // All partitions of a fetch at once, for `gather` to make one batch of.
      partitionsConsumedConcurrently: 1_000,
      eachBatch: gather((parts) => onBatch(asBatch(parts, namespace, consumer))),
    });
    return leave;
  } catch (error) {
    await leave();
    throw error;
  }
}

async function createTopics(client: Client, namespace: string, topics: TopicOptions[]): Promise<void> {
  const admin = client.admin();
  try {
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: topics.map(({ topic, partitions, config }) => ({
        topic: namespace + topic,
        numPartitions: partitions,
        replicationFactor: -1,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    });
    await untilKnown(
      admin,
      topics.map(({ topic }) => namespace + topic),
    );
  } finally {
    await admin.disconnect();
  }
}

/** A broker hears of new topics some milliseconds later, and until then says that there are none. kafkajs gives up on that. */
async function untilKnown(admin: Admin, topics: string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      const { type } = error as { type?: string };
      if (type !== 'UNKNOWN_TOPIC_OR_PARTITION' || attempt >= 100) throw error;
      await setTimeout(50);
    }
  }
}

async function lag(client: Client, groupId: string, topics: string[]): Promise<number> {
  const admin = client.admin();
  try {
    await admin.connect();
    const taken = await admin.fetchOffsets({ groupId, topics });
    const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
    return topics.reduce((sum, topic, index) => {
      const offsets = taken.find((entry) => entry.topic === topic)?.partitions ?? [];
      const behind = (ends[index] ?? []).map(({ partition, high, low }) => {
        const offset = Number(offsets.find((entry) => entry.partition === partition)?.offset ?? -1);
        return Number(high) - (offset < 0 ? Number(low) : offset);
      });
      return sum + behind.reduce((total, each) => total + each, 0);
    }, 0);
  } finally {
    await admin.disconnect();
  }
}
