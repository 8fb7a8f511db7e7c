import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRecord } from '@repo/events';
import { Failure, type Print, reasonOf } from '../failure.ts';
import { topics } from '../topology.ts';
import { type KafkaPlace, quietKafka } from './kafka-client.ts';

/**
 * Reads every topic from its beginning, in a group of its own so that it takes nothing from anybody. Throws a Failure
 * when Kafka cannot be read.
 *
 * @param signal ends the reading at once: Kafka may be about to end too, and whoever leaves it late waits for long
 * @param printError is told of records that `onRecords` has thrown on; the reading goes on with those after them
 */
export async function openEventReader(
  place: KafkaPlace,
  signal: AbortSignal,
  onRecords: (records: ReceivedRecord[]) => void,
  printError: Print = console.error,
) {
  const kafka = quietKafka(place, 'event-reader');
  const group = `event-reader-${randomUUID()}`;
  const quiet = openQuietWatch();

  /** Kafka brings a batch again until it is committed, so an error that will not pass must not reach the client. */
  function deliver(records: ReceivedRecord[]): void {
    try {
      onRecords(records);
    } catch (error) {
      const [{ topic, partition, offset } = {}] = records;
      printError(`records from ${topic} ${partition} ${offset} on could not be shown (${reasonOf(error)})`);
    }
  }

  const disconnect = await kafka
    .consume({
      group,
      topics: [...topics],
      onFetch: quiet.countFetch,
      onBatch: async ({ records, commit }) => {
        deliver(records);
        commit(records);
        quiet.begin();
      },
    })
    .catch(failToRead);
  let left: Promise<void> | undefined;
  const close = (): Promise<void> => {
    left ??= disconnect();
    return left;
  };
  signal.addEventListener('abort', close);
  // Whoever has ended the reading may have ended Kafka too.
  const lag = () => kafka.lag(group, [...topics]).catch((error) => (signal.aborted ? 0 : failToRead(error)));
  return {
    close,
    /** Resolves when all that was on the topics has been read, or the reading has been ended. */
    async untilCaughtUp(): Promise<void> {
      quiet.begin();
      while (!signal.aborted && (await lag()) > 0 && !quiet.isOver()) await sleep(50);
    },
  };
}

const QUIET_MS = 3_000;
const QUIET_FETCHES = 5;

/**
 * Tells when the brokers have had nothing for a while. A topic may end with places that hold no record for anybody (of
 * transactions, or compacted away), and then a group is never told to be at its end.
 */
function openQuietWatch() {
  let [fetches, since] = [0, performance.now()];
  return {
    begin(): void {
      [fetches, since] = [0, performance.now()];
    },
    countFetch: () => void fetches++,
    isOver: () => fetches >= QUIET_FETCHES && performance.now() - since >= QUIET_MS,
  };
}

function failToRead(error: unknown): never {
  throw new Failure(`Kafka cannot be read (${reasonOf(error)}).`);
}
