import type { Logger } from '@repo/observability';

export interface KafkaOptions {
  brokers: string[];
  /** The name under which the brokers know this process. */
  clientId: string;
  /** A prefix of all topics and groups, so that several systems can share a Kafka. */
  namespace?: string | undefined;
  log: Logger;
}

/** A record as it is sent to Kafka. Text is encoded as UTF-8. */
export interface OutgoingRecord {
  key: string | Buffer | null;
  value: string | Buffer | null;
  headers: Record<string, string | Buffer | (string | Buffer)[]>;
}

/** The value of a header as readable text; null, or several values, if it was sent so. */
export type HeaderValue = string | null | (string | null)[];

/** A record as it was received. Its texts are readable (readable.ts): equal texts have equal bytes. */
export interface ReceivedRecord {
  topic: string;
  partition: number;
  offset: bigint;
  timestamp: Date;
  /** The bounded name of the key; empty if there is no key. */
  key: string;
  /** The attributes of an event (`ce_...`) and its trace context, those with one value. */
  headers: Record<string, string>;
  /** All headers. They are decoded on first access: there may be very many, and nearly all records need none. */
  readonly allHeaders: Record<string, HeaderValue>;
  /** The value as text; bytes that are not UTF-8 are replaced. */
  value: string;
  /** The bytes of key and value; null if there is none. */
  raw: { key: Buffer | null; value: Buffer | null };
}

/** The records of one fetch, of several partitions; those of each partition are in order. */
export interface Batch {
  records: ReceivedRecord[];
  /** Must be called at least once a second while the batch is being processed. */
  heartbeat(): Promise<void>;
  /** Whether a partition has moved to another member, or the consumer is stopping. */
  isStale(): boolean;
  /**
   * Marks these records, and those before them, as processed. Their offsets are committed from time to time, and at the
   * end; records whose offsets were not committed are delivered again.
   *
   * @param onCommitted called after the commit; never, if the records are delivered again
   */
  commit(records: ReceivedRecord[], onCommitted?: () => void): void;
}

/** Kafka refuses records, or their topic, permanently: if they are sent again, they are refused again. */
export class Unpublishable extends Error {
  override name = 'Unpublishable';
  /** Whether Kafka refuses the topic, and so all of its records. */
  readonly isOfTopic: boolean;

  constructor(reason: string, { isOfTopic = false } = {}) {
    super(reason);
    this.isOfTopic = isOfTopic;
  }
}

export interface Publisher {
  /**
   * Sends records in order; resolves when all in-sync replicas have them.
   *
   * @param at the timestamp of the records; now, unless given
   * @throws Unpublishable when one of them is refused permanently, with a message that contains no data of the record;
   *   some of the others may have been accepted
   */
  publish(batches: { topic: string; records: OutgoingRecord[] }[], at?: Date): Promise<void>;
  /** The partition of a key in a topic; 0 for all keys of a topic to which nothing has been published yet. */
  partitionOf(topic: string, key: string): number;
  close(): Promise<void>;
}

export interface TopicOptions {
  topic: string;
  partitions: number;
  /** Topic configuration by Kafka's names, e.g. { 'cleanup.policy': 'compact' }. */
  config: Record<string, string>;
}

/** The offsets of each topic at some moment, by partition: from `low`, up to but not including `high`. */
export type EndOffsets = Record<string, { low: bigint; high: bigint }[]>;

/** The position of a group in a partition. */
export interface GroupPosition {
  topic: string;
  partition: number;
  /** The offset of the next record that the group consumes. */
  next: bigint;
  /** The offset after the last record. */
  high: bigint;
}

/** How many records of a partition were deleted before a group consumed them. */
export interface LostRecords {
  topic: string;
  partition: number;
  records: number;
}

/** The port to Kafka: the operations that this system needs. To replace the client library, rewrite `kafkajs*.ts`. */
export interface Kafka {
  openPublisher(): Promise<Publisher>;
  /**
   * Consumes as a member of a group; returns a function that leaves it. A new group starts at the earliest records.
   *
   * @param options.onFetch called after each response of a broker, with whether it was empty
   */
  consume(options: {
    group: string;
    topics: string[];
    onBatch: (batch: Batch) => Promise<void>;
    onFetch?: (isEmpty: boolean) => void;
  }): Promise<() => Promise<void>>;
  /** Creates the missing topics, and waits until they can be used. */
  createTopics(topics: TopicOptions[]): Promise<void>;
  /** The full names of all topics of the brokers, in every namespace. */
  topics(): Promise<string[]>;
  /** The offsets of these topics now. */
  endOffsets(topics: string[]): Promise<EndOffsets>;
  /** Finds records that were deleted before a group consumed them: its next offset is below the topic's first. */
  lost(group: string, topics: string[]): Promise<LostRecords[]>;
  /** Deletes the records before these offsets, as retention does in time. */
  deleteRecords(topic: string, endOffsets: EndOffsets): Promise<void>;
  /** Sets the number of replicas of a partition, on any brokers; resolves once they are in sync. */
  setReplicas(topic: string, partition: number, count: number): Promise<void>;
  /** The positions of a group in all partitions of these topics. */
  positions(group: string, topics: string[]): Promise<GroupPosition[]>;
  /** How many records of these topics a group has not consumed yet; up to `endOffsets`, if given. */
  lag(group: string, topics: string[], endOffsets?: EndOffsets): Promise<number>;
}
