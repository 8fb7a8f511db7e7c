import type { Logger } from '@repo/observability';
import { Kafka as Client, logLevel } from 'kafkajs';
import type { Kafka, KafkaOptions } from './kafka.ts';
import {
  createTopics,
  deleteRecords,
  readEndOffsets,
  readGroupPositions,
  readLag,
  readLost,
  setReplicas,
  withAdmin,
} from './kafkajs-admin.ts';
import { consume } from './kafkajs-consumer.ts';
import { openPublisher } from './kafkajs-publisher.ts';

/** Kafka through the client library kafkajs. */
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
    consume: (options) => consume(client, namespace, options, log),
    createTopics: (topics) => withAdmin(client, (admin) => createTopics(admin, namespace, topics)),
    topics: () => withAdmin(client, (admin) => admin.listTopics()),
    endOffsets: (topics) => withAdmin(client, (admin) => readEndOffsets(admin, namespace, topics)),
    lost: (group, topics) => withAdmin(client, (admin) => readLost(admin, namespace, { group, topics })),
    deleteRecords: (topic, endOffsets) =>
      withAdmin(client, (admin) => deleteRecords(admin, namespace, { topic, endOffsets })),
    setReplicas: (topic, partition, count) =>
      withAdmin(client, (admin) => setReplicas(admin, { topic: namespace + topic, partition, count })),
    positions: (group, topics) =>
      withAdmin(client, (admin) => readGroupPositions(admin, namespace, { group, topics })),
    lag: (group, topics, endOffsets) =>
      withAdmin(client, (admin) => readLag(admin, namespace, { group, topics, endOffsets })),
  };
}

// kafkajs logs as errors even failures that it retries by itself, such as a coordinator that is still loading.
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
  // It is about transactions of Kafka, which this system does not use: duplicates are recognised by their ids.
  const isIrrelevant = message.startsWith('Limiting retries for the idempotent producer');
  if (level <= logLevel.WARN && !isIrrelevant) log.warn(fields, 'kafka client');
  else log.debug(fields, 'kafka client');
}
