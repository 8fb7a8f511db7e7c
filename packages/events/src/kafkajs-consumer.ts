import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@tenfold/observability';
import type { Kafka as Client, Consumer } from 'kafkajs';
import { fullJitter } from './backoff.ts';
import type { Kafka } from './kafka.ts';
import { countPartitions, withAdmin } from './kafkajs-admin.ts';
import { asBatch, gather } from './kafkajs-batch.ts';

type Options = Parameters<Kafka['consume']>[0];

/**
 * Consumes as a member of a group until it is told to leave. kafkajs ends a consumer for good on errors that it holds to
 * be final, such as that of a process which was stopped for so long that its group has forgotten it: then another one
 * takes its place.
 */
export async function consume(
  client: Client,
  namespace: string,
  options: Options,
  log: Logger,
): Promise<() => Promise<void>> {
  let isLeaving = false;
  let rejoining = Promise.resolve();
  let member = await join(client, namespace, options, onEnd);

  function onEnd(error: Error): void {
    if (isLeaving) return;
    log.warn({ err: error }, 'the consumer has ended; another one takes its place');
    rejoining = rejoin();
  }

  async function rejoin(): Promise<void> {
    for (let attempt = 0; !isLeaving; attempt++) {
      await setTimeout(fullJitter(attempt, { capMs: 2_000 }));
      try {
        member = await join(client, namespace, options, onEnd);
        return;
      } catch (error) {
        log.warn({ err: error, attempt }, 'the group could not be joined again; trying on');
      }
    }
  }

  return async () => {
    isLeaving = true;
    await rejoining;
    await member.disconnect();
  };
}

async function join(
  client: Client,
  namespace: string,
  { group, topics, onBatch, onFetch = () => {} }: Options,
  onEnd: (error: Error) => void,
): Promise<Consumer> {
  const consumer = client.consumer({
    groupId: namespace + group,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 10_000,
    // So long does stopping wait for an idle fetch. A tenth of a second costs twice the CPU, a whole one hardly less.
    maxWaitTimeInMs: 250,
    minBytes: 1,
    maxBytesPerPartition: 256 * 1024,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: async () => true },
  });
  try {
    await consumer.connect();
    const fullNames = topics.map((topic) => namespace + topic);
    await consumer.subscribe({ topics: fullNames, fromBeginning: true });
    const partitions = await withAdmin(client, (admin) => countPartitions(admin, fullNames));
    consumer.on(consumer.events.FETCH, ({ payload }) => onFetch(payload.numberOfBatches === 0));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) onEnd(payload.error);
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // All partitions of a fetch at once, for `gather` to make one batch of. Those by which a topic grows later come
      // in a second batch, until the next start.
      partitionsConsumedConcurrently: partitions,
      eachBatch: gather((parts) => onBatch(asBatch(parts, namespace, consumer))),
    });
    return consumer;
  } catch (error) {
    await consumer.disconnect();
    throw error;
  }
}
