import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Logger } from '@tenfold/observability';
import {
  type Admin,
  Kafka as Client,
  type Consumer,
  type EachBatchPayload,
  type IHeaders,
  type KafkaMessage,
  logLevel,
  Partitioners,
} from 'kafkajs';
import type { KafkaRecord } from './cloud-event.ts';

export interface KafkaOptions {
  brokers: string[];
  /** The name under which the brokers know this process. */
  clientId: string;
  /** A prefix of all topics and groups, so that tests can share a broker. */
  namespace?: string | undefined;
  log: Logger;
}

export interface ReceivedRecord extends KafkaRecord {
  topic: string;
  partition: number;
  offset: bigint;
  timestamp: Date;
}

/** What one fetch has brought: records of several partitions, those of each in order. */
export interface Batch {
  records: ReceivedRecord[];
  /** To be called at least once a second while the batch is being worked on. */
  heartbeat(): Promise<void>;
  /** Whether a partition has meanwhile moved elsewhere, or the consumer is stopping. */
  isStale(): boolean;
  /** Says that these records, and those before them, need not come again. What is not committed comes again. */
  commit(records: ReceivedRecord[]): Promise<void>;
}

export interface Publisher {
  /** Sends records in order; resolves when all replicas in sync have them. */
  publish(batches: { topic: string; records: KafkaRecord[] }[]): Promise<void>;
  close(): Promise<void>;
}

export interface TopicOptions {
  topic: string;
  partitions: number;
  /** Topic configuration in Kafka's own words, e.g. { 'cleanup.policy': 'compact' }. */
  config: Record<string, string>;
}

/** What Tenfold needs of Kafka, and nothing more: to change the client library is to rewrite this one file. */
export interface Kafka {
  openPublisher(): Promise<Publisher>;
  /** Consumes as a member of a group; answers how to leave it. A new group starts at the earliest records. */
  consume(options: {
    group: string;
    topics: string[];
    onBatch: (batch: Batch) => Promise<void>;
  }): Promise<() => Promise<void>>;
  /** Creates the topics that do not exist yet; answers whether Kafka could be reached. */
  createTopics(topics: TopicOptions[]): Promise<void>;
  /** How many records each topic holds from its beginning to its end, and how many of them a group has yet to take. */
  lag(group: string, topics: string[]): Promise<number>;
}

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

/**
 * kafkajs hands over each partition by itself. Those of one fetch are handed over in one turn of the event loop, and
 * are put together again here: transactions are paid for by the piece.
 */
function gather(
  work: (parts: EachBatchPayload[]) => Promise<void>,
): (part: EachBatchPayload) => Promise<void> {
  let parts: EachBatchPayload[] = [];
  let done: Promise<void> | undefined;

  return (part) => {
    parts.push(part);
    done ??= setImmediate().then(() => {
      const gathered = parts;
      parts = [];
      done = undefined;
      return work(gathered);
    });
    return done;
  };
}

function asBatch(parts: EachBatchPayload[], namespace: string, consumer: Consumer): Batch {
  const [{ heartbeat }] = parts as [EachBatchPayload];
  return {
    records: parts.flatMap(({ batch }) =>
      batch.messages.map((message) => readRecord(message, batch, namespace)),
    ),
    heartbeat,
    isStale: () => parts.some(({ isStale, isRunning }) => isStale() || !isRunning()),
    commit: async (records) => {
      const last = new Map(records.map((record) => [`${record.topic} ${record.partition}`, record]));
      for (const { batch, resolveOffset } of parts) {
        const end = last.get(`${batch.topic.slice(namespace.length)} ${batch.partition}`);
        if (end) resolveOffset(String(end.offset));
      }
      await consumer.commitOffsets(
        [...last.values()].map(({ topic, partition, offset }) => ({
          topic: namespace + topic,
          partition,
          offset: String(offset + 1n),
        })),
      );
    },
  };
}

function readRecord(
  message: KafkaMessage,
  { topic, partition }: EachBatchPayload['batch'],
  namespace: string,
): ReceivedRecord {
  return {
    topic: topic.slice(namespace.length),
    partition,
    offset: BigInt(message.offset),
    timestamp: new Date(Number(message.timestamp)),
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? '',
    headers: asText(message.headers),
  };
}

function asText(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
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
