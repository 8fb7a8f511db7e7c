import pg from 'pg';
import { PLANS_THAT_LAST, type Queryable, types } from './database.ts';
import type { Query } from './sql.ts';

/** One connection of its own, for what hangs on a connection: an advisory lock. */
export interface Session extends Queryable {
  close(): Promise<void>;
}

/**
 * Opens a connection that Postgres closes by itself when nothing has come over it for `idleTimeoutMs`, so that a
 * process that was stopped, but not ended, does not keep its locks for ever. Until it is closed, the session keeps
 * itself warm with a statement each third of that time. Statements fail once the connection is gone.
 */
export async function openSession(options: {
  url: string;
  name: string;
  idleTimeoutMs: number;
}): Promise<Session> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.name,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    // For a connection that is dead without having been closed, over which Postgres cannot say so.
    query_timeout: 12_000,
    options: PLANS_THAT_LAST,
    keepAlive: true,
    pipeline: true,
    types,
  });
  // A lost connection is noticed by the next statement.
  client.on('error', () => {});
  await client.connect();
  await client.query(`set idle_session_timeout = ${options.idleTimeoutMs}`);
  const warm = setInterval(() => void client.query('select 1').catch(() => {}), options.idleTimeoutMs / 3);
  return {
    query: async <Row>(query: Query<Row>) => (await client.query(query)).rows as Row[],
    close: async () => {
      clearInterval(warm);
      await client.end().catch(() => {});
    },
  };
}
