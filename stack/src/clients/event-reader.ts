import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRecord } from '@repo/events';
import { Failure, type Print, reasonOf } from '../failure.ts';
import { topics } from '../topology.ts';
import { type KafkaPlace, quietKafka } from './kafka-client.ts';

/**
 * Reads every topic from its beginning, in its own consumer group. Throws a Failure when Kafka cannot be read.
 *
 * @param signal stops the reading at once: Kafka may be stopping too, and a client that leaves late waits long
 * @param printError reports the records for which `onRecords` has thrown; the reading continues after them
 */
export async function openEventReader(
  place: KafkaPlace,
  signal: AbortSignal,
  onRecords: (records: ReceivedRecord[]) => void,
  printError: Print = console.error,
) {
  const kafka = quietKafka(place, 'event-reader');
  const group = `event-reader-${randomUUID()}`;
  const quiet = createQuietWatch();

  /** Kafka redelivers a batch until it is committed, so a permanent error must not reach the client. */
  function deliver(records: ReceivedRecord[]): void {
    try {
      onRecords(records);
    } catch (error) {
      const [{ topic, partition, offset } = {}] = records;
      printError(
        `records from ${topic} ${partition} ${offset} onwards could not be shown (${reasonOf(error)})`,
      );
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
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= disconnect();
    return closed;
  };
  signal.addEventListener('abort', close);
  // Once the reading is aborted, Kafka may be down too.
  const lag = () => kafka.lag(group, [...topics]).catch((error) => (signal.aborted ? 0 : failToRead(error)));
  return {
    close,
    /** Resolves when the topics have been read to their present end, or the reading was aborted. */
    async untilCaughtUp(): Promise<void> {
      quiet.begin();
      while (!signal.aborted && (await lag()) > 0 && !quiet.isOver()) await sleep(50);
    },
  };
}

const QUIET_MS = 3_000;
const QUIET_FETCHES = 5;

/**
 * Detects that the brokers have had no records for a while. The last offsets of a topic may hold no record (of
 * transactions, or compacted), and then the lag of a group is never 0.
 */
function createQuietWatch() {
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
