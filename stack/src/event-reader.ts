import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@tenfold/contracts/event';
import { createKafka, type ReceivedRecord } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import { Failure, reasonOf } from './failure.ts';

const topics: Topic[] = ['order.events', 'inventory.events', 'payment.events', 'product.events'];

export type EventReader = Awaited<ReturnType<typeof openEventReader>>;

/**
 * Reads every topic from its beginning, in a group of its own so that it takes nothing from anybody. Throws a Failure
 * when Kafka cannot be read.
 *
 * @param brokers as `running.json` has them, separated by commas
 */
export async function openEventReader(brokers: string, onRecords: (records: ReceivedRecord[]) => void) {
  const kafka = createKafka({
    brokers: brokers.split(','),
    clientId: 'event-reader',
    namespace: process.env.KAFKA_NAMESPACE,
    log: createLogger('event-reader', 'silent'),
  });
  const group = `event-reader-${randomUUID()}`;
  const leave = await kafka
    .consume({
      group,
      topics,
      onBatch: async ({ records, commit }) => {
        onRecords(records);
        const last = records.at(-1);
        if (last) await commit(last);
      },
    })
    .catch((error: unknown) => {
      throw new Failure(`Kafka cannot be read (${reasonOf(error)}).`);
    });
  return {
    leave,
    /** Resolves when all that was on the topics has been read. */
    async untilCaughtUp(signal: AbortSignal): Promise<void> {
      while (!signal.aborted && (await kafka.lag(group, topics)) > 0) await sleep(50);
    },
  };
}
