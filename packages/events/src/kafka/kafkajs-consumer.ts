import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import { fullJitter } from '@repo/polling';
import type { Kafka as Client, EachBatchPayload } from 'kafkajs';
import type { Kafka } from './kafka.ts';
import { countPartitions, withAdmin } from './kafkajs-admin.ts';
import { asBatch, gather } from './kafkajs-batch.ts';
import { createOffsetCommits } from './kafkajs-offsets.ts';

type Options = Parameters<Kafka['consume']>[0];

/**
 * Consumes as a member of a group until the returned function is called. kafkajs ends a consumer on errors that it
 * considers final, as when the process was frozen for so long that its group has removed it: then another consumer
 * replaces it.
 */
export async function consume(
  client: Client,
  namespace: string,
  options: Options,
  log: Logger,
): Promise<() => Promise<void>> {
  let isLeaving = false;
  let rejoining = Promise.resolve();
  let leave = await join(client, namespace, options, { onEnd, log });

  function onEnd(error: Error): void {
    if (isLeaving) return;
    log.warn({ err: error }, 'the consumer has ended; replacing it');
    rejoining = rejoin();
  }

  async function rejoin(): Promise<void> {
    for (let attempt = 0; !isLeaving; attempt++) {
      await setTimeout(fullJitter(attempt, { capMs: 2_000 }));
      try {
        leave = await join(client, namespace, options, { onEnd, log });
        return;
      } catch (error) {
        log.warn({ err: error, attempt }, 'the group could not be joined again; retrying');
      }
    }
  }

  return async () => {
    isLeaving = true;
    await rejoining;
    await leave();
  };
}

async function join(
  client: Client,
  namespace: string,
  { group, topics, onBatch, onFetch = () => {} }: Options,
  { onEnd, log }: { onEnd: (error: Error) => void; log: Logger },
): Promise<() => Promise<void>> {
  const consumer = client.consumer({
    groupId: namespace + group,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 10_000,
    // Stopping waits this long for an idle fetch. A tenth of a second costs twice the CPU, a whole one hardly less.
    maxWaitTimeInMs: 500,
    minBytes: 1,
    maxBytesPerPartition: 256 * 1024,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: async () => true },
  });
  const commits = createOffsetCommits(log);

  async function leave(): Promise<void> {
    await Promise.all([consumer.disconnect(), commits.finish()]).finally(commits.forget);
  }

  async function onParts(parts: EachBatchPayload[]): Promise<void> {
    await onBatch(asBatch(parts, namespace, commits));
    const isLeaving = parts.some(({ isRunning }) => !isRunning());
    if (isLeaving) await commits.finish();
  }

  try {
    await consumer.connect();
    const fullNames = topics.map((topic) => namespace + topic);
    await consumer.subscribe({ topics: fullNames, fromBeginning: true });
    const partitions = await withAdmin(client, (admin) => countPartitions(admin, fullNames));
    consumer.on(consumer.events.GROUP_JOIN, commits.forget);
    consumer.on(consumer.events.REBALANCING, commits.finish);
    consumer.on(consumer.events.FETCH, ({ payload }) => {
      // kafkajs treats an error thrown here as a failed fetch, and joins the group again.
      commits.assertAccepted();
      onFetch(payload.numberOfBatches === 0);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      commits.forget();
      if (!payload.restart) onEnd(payload.error);
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // All partitions of a fetch at once, so that `gather` makes one batch of them. Partitions that a topic gains later
      // are in a second batch, until the next start.
      partitionsConsumedConcurrently: partitions,
      eachBatch: gather(onParts),
    });
    return leave;
  } catch (error) {
    await leave();
    throw error;
  }
}
