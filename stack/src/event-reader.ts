import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@tenfold/contracts/event';
import { createKafka, type ReceivedRecord } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import { Failure, reasonOf } from './failure.ts';

const topics: Topic[] = ['order.events', 'inventory.events', 'payment.events', 'product.events'];

/**
 * Reads every topic from its beginning, in a group of its own so that it takes nothing from anybody. Throws a Failure
 * when Kafka cannot be read.
 *
 * @param brokers as `running.json` has them, separated by commas
 * @param signal ends the reading at once: Kafka may be about to end too, and whoever leaves it late waits for long
 */
export async function openEventReader(
  brokers: string,
  signal: AbortSignal,
  onRecords: (records: ReceivedRecord[]) => void,
) {
  const kafka = createKafka({
    brokers: brokers.split(','),
    clientId: 'event-reader',
    namespace: process.env.KAFKA_NAMESPACE,
    log: createLogger('event-reader', 'silent'),
  });
  const group = `event-reader-${randomUUID()}`;
  const disconnect = await kafka
    .consume({
      group,
      topics,
      onBatch: async ({ records, commit }) => {
        onRecords(records);
        await commit(records);
      },
    })
    .catch((error: unknown) => {
      throw new Failure(`Kafka cannot be read (${reasonOf(error)}).`);
    });
  let left: Promise<void> | undefined;
  const leave = (): Promise<void> => {
    left ??= disconnect();
    return left;
  };
  signal.addEventListener('abort', leave);
  return {
    leave,
    /** Resolves when all that was on the topics has been read, or the reading has been ended. */
    async untilCaughtUp(): Promise<void> {
      while (!signal.aborted && (await kafka.lag(group, topics)) > 0) await sleep(50);
    },
  };
}
