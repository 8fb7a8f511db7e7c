import { randomUUID } from 'node:crypto';
import { createKafka, type Kafka, type ReceivedRecord } from '@repo/events';
import { createLogger } from '@repo/observability';
import pg from 'pg';
import { environment } from '../process.ts';

/** What every process of the pipeline has: a database, an outbox that is published, and topics that it hears. */
export interface Stage {
  /** Runs a statement that also writes into the outbox, and wakes whoever publishes it. */
  write(statement: pg.QueryConfig): Promise<pg.QueryResult>;
  /** Hears of events: all of a batch that are of these types become one statement, of which they are the value. */
  consume(topics: string[], types: string[], handler: Handler): Promise<void>;
}

interface Handler {
  name: string;
  text: string;
  /** Called with what the statement returns, once it is committed. */
  onRows?: (rows: never[]) => void;
}

interface OutboxRow {
  position: string;
  id: string;
  type: string;
  key: string;
  data: string;
}

const BATCH = 500;

export async function openStage(name: string): Promise<Stage> {
  const env = environment('DATABASE_URL', 'KAFKA_BROKERS', 'KAFKA_NAMESPACE');
  const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 4 });
  const kafka = createKafka({
    brokers: env.KAFKA_BROKERS.split(','),
    clientId: `floor-${name}`,
    namespace: env.KAFKA_NAMESPACE,
    log: createLogger('floor', 'error'),
  });
  const wake = await publishOutbox(name, pool, kafka);

  async function write(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    const result = await pool.query(statement);
    wake();
    return result;
  }

  return {
    write,
    async consume(topics, types, { onRows = () => {}, ...statement }) {
      await kafka.consume({
        group: name,
        topics,
        onBatch: async ({ records, commit }) => {
          const received = records.filter(({ headers }) => types.includes(headers.ce_type ?? ''));
          if (received.length > 0) {
            const { rows } = await write({ ...statement, values: [JSON.stringify(received.map(asRow))] });
            onRows(rows as never[]);
          }
          await commit(records);
        },
      });
    },
  };
}

/** The lowest positions are sent, and deleted once Kafka has them, while the next are listed: one round trip for both. */
async function publishOutbox(name: string, pool: pg.Pool, kafka: Kafka): Promise<() => void> {
  const publisher = await kafka.openPublisher();
  let notify = () => {};
  let isNotified = false;

  async function run(): Promise<never> {
    for (let sent: string[] = []; ; ) {
      isNotified = false;
      const { rows } = await pool.query<OutboxRow>({ ...deleteAndList, values: [sent, BATCH] });
      sent = rows.map(({ position }) => position);
      if (rows.length > 0)
        await publisher.publish([{ topic: `${name}.events`, records: rows.map(asRecord) }]);
      else if (!isNotified)
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
    }
  }

  run().catch((error) => {
    console.error(error);
    process.exit(1);
  });
  return () => {
    isNotified = true;
    notify();
  };
}

const deleteAndList = {
  name: 'delete-and-list',
  text: `
    with gone as (delete from outbox where position = any($1::bigint[]))
    select position, id, type, key, data::text as data
    from outbox
    where position <> all($1::bigint[])
    order by position
    limit $2`,
};

function asRecord({ id, type, key, data }: OutboxRow) {
  return { key, value: data, headers: { ce_id: id, ce_type: type } };
}

function asRow({ headers, key, value }: ReceivedRecord) {
  return { id: headers.ce_id ?? randomUUID(), type: headers.ce_type, key, data: JSON.parse(value) };
}
