import type { Logger } from '@repo/observability';

export interface KafkaOptions {
  brokers: string[];
  /** The name under which the brokers know this process. */
  clientId: string;
  /** A prefix of all topics and groups, so that several systems can share a Kafka. */
  namespace?: string | undefined;
  log: Logger;
}

/** A record as it is sent to Kafka, to which all of it is bytes; text is written as UTF-8. */
export interface OutgoingRecord {
  key: string | Buffer | null;
  value: string | Buffer | null;
  headers: Record<string, string | Buffer | (string | Buffer)[]>;
}

/** What stands under the name of a header, as readable text: nothing, or several values, where it was sent so. */
export type HeaderValue = string | null | (string | null)[];

/** A record as it has come. Its texts are readable (readable.ts), so they are the same only where the bytes are. */
export interface ReceivedRecord {
  topic: string;
  partition: number;
  offset: bigint;
  timestamp: Date;
  /** A bounded name of the key; empty where there is none. */
  key: string;
  /** What an event says of itself: its attributes (`ce_...`) and its trace, where each has one value. */
  headers: Record<string, string>;
  /** Whatever else there is too. Read when it is asked for: there may be very many, and nearly all records need none. */
  readonly allHeaders: Record<string, HeaderValue>;
  /** The value as text. What is not UTF-8 is replaced in it. */
  value: string;
  /** The bytes of key and value; null where there is none. */
  raw: { key: Buffer | null; value: Buffer | null };
}

/** What one fetch has brought: records of several partitions, those of each in order. */
export interface Batch {
  records: ReceivedRecord[];
  /** To be called at least once a second while the batch is being worked on. */
  heartbeat(): Promise<void>;
  /** Whether a partition has meanwhile moved elsewhere, or the consumer is stopping. */
  isStale(): boolean;
  /**
   * Says that these records, and those before them, need not come again. Kafka is told once in a while, and at the end;
   * what it was not told comes again.
   *
   * @param onCommitted called once it knows; never, if they come again
   */
  commit(records: ReceivedRecord[], onCommitted?: () => void): void;
}

/** Kafka refuses records as they are, or the topic that they are for: sent again, they are refused again. */
export class Unpublishable extends Error {
  override name = 'Unpublishable';
  /** Whether it is about a topic, and so about everything that goes there. */
  readonly isOfTopic: boolean;

  constructor(reason: string, { isOfTopic = false } = {}) {
    super(reason);
    this.isOfTopic = isOfTopic;
  }
}

export interface Publisher {
  /**
   * Sends records in order; resolves when all replicas in sync have them.
   *
   * @param at the time that the records bear, unless it is now
   * @throws Unpublishable when one of them is refused for good, in words that hold nothing of what it says; some of
   *   the others may have been taken
   */
  publish(batches: { topic: string; records: OutgoingRecord[] }[], at?: Date): Promise<void>;
  /** The partition of a topic that a key belongs to; 0 for all keys of a topic that nothing was published to yet. */
  partitionOf(topic: string, key: string): number;
  close(): Promise<void>;
}

export interface TopicOptions {
  topic: string;
  partitions: number;
  /** Topic configuration in Kafka's own words, e.g. { 'cleanup.policy': 'compact' }. */
  config: Record<string, string>;
}

/** Which records a topic held at some moment, by partition: from `low`, and up to but not including `high`. */
export type EndOffsets = Record<string, { low: bigint; high: bigint }[]>;

/** How many records of a partition are gone that a group had yet to consume. */
export interface LostRecords {
  topic: string;
  partition: number;
  records: number;
}

/** What Tenfold needs of Kafka, and nothing more. To change the client library is to rewrite `kafkajs*.ts`. */
export interface Kafka {
  openPublisher(): Promise<Publisher>;
  /**
   * Consumes as a member of a group; returns how to leave it. A new group starts at the earliest records.
   *
   * @param options.onFetch called whenever a broker has answered what there is; told whether it is nothing
   */
  consume(options: {
    group: string;
    topics: string[];
    onBatch: (batch: Batch) => Promise<void>;
    onFetch?: (isEmpty: boolean) => void;
  }): Promise<() => Promise<void>>;
  /** Creates the topics that do not exist yet, and waits until they can be used. */
  createTopics(topics: TopicOptions[]): Promise<void>;
  /** The full names of all topics that the brokers have, in whatever namespace. */
  topics(): Promise<string[]>;
  /** Where these topics end now. */
  endOffsets(topics: string[]): Promise<EndOffsets>;
  /** Where records were deleted before a group had consumed them: its next one is below the beginning of the topic. */
  lost(group: string, topics: string[]): Promise<LostRecords[]>;
  /** Deletes the records before these ends, as retention does in time. */
  deleteRecords(topic: string, endOffsets: EndOffsets): Promise<void>;
  /** Gives a partition so many replicas, on any brokers; resolves once they are in sync. */
  setReplicas(topic: string, partition: number, count: number): Promise<void>;
  /** How many records of these topics a group has yet to take; up to `ends`, where some earlier ones are told. */
  lag(group: string, topics: string[], endOffsets?: EndOffsets): Promise<number>;
}
