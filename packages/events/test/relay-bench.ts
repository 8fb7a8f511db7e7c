import type { TestContext } from 'node:test';
import { sql } from '@repo/postgres';
import {
  createTestDatabase,
  createTestKafka,
  eventually,
  type RecordedEvent,
  testLog,
  testServers,
} from '@repo/testing';
import { Kafka as Client, logLevel } from 'kafkajs';
import {
  appendEvents,
  createRelay,
  type Kafka,
  type OutgoingEvent,
  type Publisher,
  type RelayOptions,
} from '../src/index.ts';

/** The resource type in Kafka's protocol. The constant of kafkajs cannot be imported. */
const TOPIC = 2;

/** An outbox and a topic for one test file, and relays between them. */
export async function createRelayBench() {
  const { database, url } = await createTestDatabase();
  const { kafka, namespace, record } = await createTestKafka(['meter.events']);

  return {
    database,
    url,
    kafka,
    record,
    /** Changes the configuration of a topic, by Kafka's names. */
    async alterTopic(topic: string, config: Record<string, string>): Promise<void> {
      const admin = new Client({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: TOPIC, name: namespace + topic, configEntries }],
      });
      await admin.disconnect();
    },
    /** A relay that is stopped after the test. */
    startRelay(t: TestContext, options: Partial<RelayOptions> = {}) {
      const common = { service: 'meter', databaseUrl: url, database, kafka, log: testLog };
      const relay = createRelay({ ...common, ...options });
      relay.start();
      t.after(relay.stop);
      return relay;
    },
    /** Appends events to the outbox, in one transaction. */
    append: (...appended: OutgoingEvent[]) => database.transaction((tx) => appendEvents(tx, appended)),
    /** The keys of the rows in the outbox. */
    async unpublished(): Promise<string[]> {
      const rows = await database.query(sql<{ key: string }>`select key from outbox order by position`);
      return rows.map((row) => row.key);
    },
    /** The connections that hold the lock of the leader. */
    async leaders(): Promise<number[]> {
      const rows = await database.query(sql<{ pid: number }>`
        select pid
        from pg_locks
        where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())`);
      return rows.map((row) => row.pid);
    },
  };
}

/** Kafka, with `around` called in place of each `publish`. */
export function publishingThrough(
  kafka: Kafka,
  around: (publish: () => Promise<void>, batches: Parameters<Publisher['publish']>[0]) => Promise<void>,
): Kafka {
  return {
    ...kafka,
    openPublisher: async () => {
      const publisher = await kafka.openPublisher();
      return {
        ...publisher,
        publish: (batches, at) => around(() => publisher.publish(batches, at), batches),
      };
    },
  };
}

/** The versions of a key that are on the topic, in the order of their first appearance. */
export function publishedVersions(events: readonly RecordedEvent[], key: string): number[] {
  return [...new Set(events.filter((event) => event.key === key).map(({ data }) => Number(data.version)))];
}

export const arePublished = (events: readonly RecordedEvent[], keys: string[]) =>
  eventually(() => keys.every((key) => events.some((event) => event.key === key)), {
    what: 'the events on the topic',
    timeoutMs: 30_000,
  });

/** A log that keeps its lines. */
export function keepingLog() {
  const lines: { level: string; message: string; facts: Record<string, unknown> }[] = [];
  const at = (level: string) => (facts: Record<string, unknown>, message: string) =>
    void lines.push({ level, message, facts });
  const log = {
    ...testLog,
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
  } as unknown as RelayOptions['log'];
  const alarms = (what: string) =>
    lines.filter(({ facts, message }) => facts.alarm && message === what).map(({ facts }) => facts);
  return { log, lines, alarms };
}
