import type { Alarm, Logger } from '@repo/observability';
import type { ExpectedWork, ProgressWatch } from '@repo/polling';
import { createWakeSignal, fullJitter } from '@repo/polling';
import type { Session } from '@repo/postgres';
import type { Kafka, Publisher } from '../kafka/kafka.ts';
import { type ListedRow, listOfKeys, type OutboxRow } from './outbox-store.ts';
import { createRowPublisher } from './publish-rows.ts';

export interface PausedPartitionsOptions {
  service: string;
  session: Session;
  kafka: Kafka;
  /** Which partition of a topic a key belongs to. */
  partitionOf: Publisher['partitionOf'];
  alarm: Alarm;
  progress: ProgressWatch;
  log: Logger;
}

export interface PausedPartitions {
  /** Pauses the partitions of rows that could not be published. */
  pause(rows: ListedRow[]): void;
  /** The rows that need not wait for a paused partition. The keys of the others are left out of listings. */
  withoutPaused(rows: ListedRow[]): ListedRow[];
  /** The keys that are left out of listings. */
  keys(): string[];
  /** Finishes the retries in progress, and ends all pauses. */
  close(): Promise<void>;
}

interface Pause {
  topic: string;
  partition: number;
  /** All keys that have been listed for this partition since the pause began. */
  keys: Set<string>;
  work: ExpectedWork;
  retries: Promise<void>;
}

/** The most rows, and the most keys, of one retry. */
const RETRY_BATCH = 500;

/**
 * Separates unavailable partitions from all others: each paused partition is retried by itself, with a publisher of its
 * own, and its keys are left out of the relay's listings until a retry has succeeded. A batch fails as a whole, so all of
 * its partitions are paused; the healthy ones continue after their first retry, which is immediate.
 *
 * While a partition is paused, only its retries publish rows of its keys, so each key keeps its order.
 */
export function createPausedPartitions(options: PausedPartitionsOptions): PausedPartitions {
  const { service, session, kafka, partitionOf, alarm, progress, log } = options;
  const pauses = new Map<string, Pause>();
  const closing = new AbortController();

  const partitionName = ({ topic, key }: OutboxRow) => `${topic}/${partitionOf(topic, key)}`;
  const pauseOf = (row: OutboxRow) =>
    pauses.get(partitionName(row)) ?? [...pauses.values()].find(({ keys }) => keys.has(row.key));

  function begin({ topic, key }: OutboxRow): Pause {
    const partition = partitionOf(topic, key);
    const work = progress.expect({ topic, partition });
    return { topic, partition, keys: new Set(), work, retries: Promise.resolve() };
  }

  async function retryUntilAccepted(name: string, pause: Pause): Promise<void> {
    const { topic, partition, work } = pause;
    const wakeSignal = createWakeSignal();
    closing.signal.addEventListener('abort', wakeSignal.notify, { once: true });
    for (let failures = 0; !closing.signal.aborted; failures++) {
      try {
        await retry(pause);
        if (failures > 0) log.info({ topic, partition }, 'the partition accepts events again');
        break;
      } catch (error) {
        work.fail(error);
        if (failures === 0) log.warn({ err: error, topic, partition }, 'partition unavailable; retrying');
        await wakeSignal.wait(fullJitter(failures));
      }
    }
    closing.signal.removeEventListener('abort', wakeSignal.notify);
    work.end();
    pauses.delete(name);
  }

  /** The relay publishes the other rows: it lists them again once the pause has ended. */
  async function retry({ topic, keys }: Pause): Promise<void> {
    const publisher = await kafka.openPublisher();
    try {
      const rows = await listOfKeys(session, topic, [...keys].slice(0, RETRY_BATCH), RETRY_BATCH);
      await createRowPublisher({ service, session, publisher, alarm }).publishRows(rows);
    } finally {
      await publisher.close();
    }
  }

  return {
    pause(rows) {
      for (const [name, ofPartition] of Map.groupBy(rows, partitionName)) {
        const pause = pauses.get(name) ?? begin(ofPartition[0] as ListedRow);
        for (const { key } of ofPartition) pause.keys.add(key);
        if (pauses.has(name)) continue;
        pauses.set(name, pause);
        pause.retries = retryUntilAccepted(name, pause);
      }
    },
    withoutPaused(rows) {
      if (pauses.size === 0) return rows;
      return rows.filter((row) => {
        const pause = pauseOf(row);
        pause?.keys.add(row.key);
        return pause === undefined;
      });
    },
    keys: () => [...pauses.values()].flatMap(({ keys }) => [...keys]),
    async close() {
      closing.abort();
      await Promise.all([...pauses.values()].map(({ retries }) => retries));
    },
  };
}
