import pg from 'pg';
import { PLANS_THAT_LAST } from './database.ts';
import { timeStatement } from './metrics.ts';
import type { Queryable } from './queryable.ts';
import type { Query } from './sql.ts';
import { types } from './types.ts';

/** A connection of its own, for a lock that lives as long as its connection: an advisory lock. */
export interface Session extends Queryable {
  close(): Promise<void>;
}

/**
 * Opens a connection that Postgres closes by itself when it has been idle for `idleTimeoutMs`, so a frozen process does not
 * keep its locks forever. Until it is closed, the session sends a statement after each third of that time. Statements fail
 * once the connection is lost.
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
    // For a connection that is dead without having been closed.
    query_timeout: 12_000,
    options: PLANS_THAT_LAST,
    keepAlive: true,
    pipeline: true,
    types,
  });
  // A lost connection fails the next statement.
  client.on('error', () => {});
  await client.connect();
  await client.query(`set idle_session_timeout = ${options.idleTimeoutMs}`);
  const keepAlive = setInterval(
    () => void client.query('select 1').catch(() => {}),
    options.idleTimeoutMs / 3,
  );
  return {
    query: async <Row>(query: Query<Row>) => {
      const { rows } = await timeStatement(query.operation ?? 'other', () => client.query(query));
      return rows as Row[];
    },
    close: async () => {
      clearInterval(keepAlive);
      await client.end().catch(() => {});
    },
  };
}
