import pg from 'pg';
import { observePool, timeStatement } from './metrics.ts';
import type { Queryable, Transaction } from './queryable.ts';
import type { Query } from './sql.ts';
import { inTransaction } from './transaction.ts';
import { types } from './types.ts';
import { makesUseless, withConnection } from './with-connection.ts';

export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction (read committed) and commits it; an error of `work` rolls it back.
   *
   * @param options.lockTimeoutMs how long a statement may wait for a lock; Postgres's own setting, unless given.
   * @throws the errors of `work`, and pg's DatabaseError with its SQLSTATE in `code`.
   */
  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: { lockTimeoutMs?: number },
  ): Promise<Result>;
  /** Resolves when the database responds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** The name of the connections in pg_stat_activity. */
  name: string;
  /** The most connections at a time. */
  connections?: number;
  /** After how many milliseconds Postgres ends a statement. */
  statementTimeoutMs?: number;
  /** After how many milliseconds Postgres ends a transaction, and its connection with it. */
  transactionTimeoutMs?: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
}

/** How long after the statement timeout a silent connection is considered dead. */
const SILENCE_MS = 2_000;
/** Enough for several statements at their limit, and no more: a transaction delays the vacuum of all tables. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * A named statement is planned once. While a table is empty, as an outbox usually is, Postgres would plan a sequential
 * scan, and keep that plan when the table has grown; each of our statements has an index.
 */
export const PLANS_THAT_LAST = '-c enable_seqscan=off';

/** Opens a pool of pipelined connections. The first statement opens the first connection. */
export function openDatabase(options: DatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    // For a connection over which Postgres cannot report that it has ended a statement.
    query_timeout: statementTimeoutMs + SILENCE_MS,
    idle_in_transaction_session_timeout: 10_000,
    // They are part of the first message of a connection, and cost no round trip.
    options: `-c transaction_timeout=${options.transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS} ${PLANS_THAT_LAST}`,
    keepAlive: true,
    pipeline: true,
    types,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  const endObservation = observePool(pool, options.name);

  return {
    query: <Row>(query: Query<Row>) => runAlone(pool, query),
    transaction: (work, { lockTimeoutMs } = {}) => inTransaction(pool, work, lockTimeoutMs),
    ping: async () => void (await runAlone(pool, { text: 'select 1', values: [] })),
    close: () => {
      endObservation();
      return pool.end();
    },
  };
}

function runAlone<Row>(pool: pg.Pool, query: Query<Row>): Promise<Row[]> {
  return withConnection(pool, async (client, discard) => {
    try {
      const { rows } = await timeStatement(query.operation ?? 'other', () => client.query(query));
      return rows as Row[];
    } catch (error) {
      if (makesUseless(error)) discard(error as Error);
      throw error;
    }
  });
}
