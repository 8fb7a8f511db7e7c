import { randomUUID } from 'node:crypto';
import { createKafka, type Kafka, type ReceivedRecord } from '@repo/events';
import { createLogger } from '@repo/observability';
import pg from 'pg';
import { environment } from '../process.ts';

/** The part that all processes of the pipeline share: a database, an outbox with its relay, and a consumer. */
export interface Stage {
  /** Runs a statement that also writes outbox rows, and wakes the relay. */
  write(statement: pg.QueryConfig): Promise<pg.QueryResult>;
  /** Consumes topics. The events of a batch that have these types are the one parameter of one statement. */
  consume(topics: string[], types: string[], handler: Handler): Promise<void>;
}

interface Handler {
  name: string;
  text: string;
  /** Called with the rows that the statement returns, after the commit. */
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

/** Publishes in the order of positions. One round trip deletes the acknowledged rows and lists the next ones. */
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
