import type { Logger } from '@tenfold/observability';
import { Kafka as Client, logLevel, Partitioners } from 'kafkajs';
import type { Kafka, KafkaOptions, Publisher } from './kafka.ts';
import { createTopics, readEnds, readLag, withAdmin } from './kafkajs-admin.ts';
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
    createTopics: (topics) => withAdmin(client, (admin) => createTopics(admin, namespace, topics)),
    ends: (topics) => withAdmin(client, (admin) => readEnds(admin, namespace, topics)),
    lag: (group, topics, ends) =>
      withAdmin(client, (admin) => readLag(admin, namespace, { group, topics, ends })),
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
  // It means its transactions, which nobody here uses: what comes twice is known by its id.
  const isBesideThePoint = message.startsWith('Limiting retries for the idempotent producer');
  if (level <= logLevel.WARN && !isBesideThePoint) log.warn(fields, 'kafka client');
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
