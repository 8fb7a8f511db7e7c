import pg from 'pg';
import { NoConnection, sqlState } from './errors.ts';
import type { Query } from './sql.ts';

/** Anything that a statement can be sent to: the pool, or the transaction that is under way. */
export interface Queryable {
  query<Row>(query: Query<Row>): Promise<Row[]>;
}

/** A transaction that is under way. Statements sent without waiting for one another share a round trip. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
}

export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction (read committed) and commits it; whatever `work` throws rolls it back.
   *
   * @param options.lockTimeoutMs how long a statement may wait for a lock; Postgres's own setting otherwise.
   * @throws what `work` throws, and pg's DatabaseError with its SQLSTATE in `code`.
   */
  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: { lockTimeoutMs?: number },
  ): Promise<Result>;
  /** Passes when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** How the connections are named in pg_stat_activity. */
  name: string;
  /** The most connections at a time. */
  connections?: number;
  /** After how many milliseconds Postgres ends a statement. */
  statementTimeoutMs?: number;
  /** After how many milliseconds Postgres ends a transaction, and its connection with it. */
  transactionTimeoutMs?: number;
  /** Told of connections that break while nobody uses them; the pool replaces them by itself. */
  onIdleError?: (error: Error) => void;
}

const INT8 = pg.types.builtins.INT8;

/** Sums and positions fit a double (up to 2^53); a bigint that does not is a bug and must not be rounded. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The bigint ${text} does not fit a number.`);
  return value;
}

// What pg should parse in its own way stays so; only bigint is ours.
export const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? parseInt8
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** So much later than Postgres would have ended a statement, its connection is taken for dead. */
const SILENCE_MS = 2_000;
/** Several statements that take as long as they may, and no more: a transaction holds back the clean-up of all tables. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * A named statement is planned once. While a table is empty, as an outbox mostly is, Postgres would plan to read all of
 * it, and go on so when it has grown; each of our statements has an index.
 */
export const PLANS_THAT_LAST = '-c enable_seqscan=off';

/** Opens a pool of pipelined connections. No connection is made before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    // For a connection over which Postgres cannot say that it has ended a statement.
    query_timeout: statementTimeoutMs + SILENCE_MS,
    idle_in_transaction_session_timeout: 10_000,
    // They travel with the first message of a connection, and cost no round trip.
    options: `-c transaction_timeout=${options.transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS} ${PLANS_THAT_LAST}`,
    keepAlive: true,
    pipeline: true,
    types,
  });
  pool.on('error', (error) => options.onIdleError?.(error));

  return {
    query: <Row>(query: Query<Row>) => runAlone(pool, query),
    transaction: (work, { lockTimeoutMs } = {}) => inTransaction(pool, work, lockTimeoutMs),
    ping: async () => void (await runAlone(pool, { text: 'select 1', values: [] })),
    close: () => pool.end(),
  };
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new NoConnection('There is no connection to the database.', { cause: error });
  }
}

async function runAlone<Row>(pool: pg.Pool, query: Query<Row>): Promise<Row[]> {
  const client = await connect(pool);
  let broken: Error | undefined;
  client.on('error', noticedByStatements);
  try {
    return (await client.query(query)).rows as Row[];
  } catch (error) {
    broken = spoils(error) ? (error as Error) : undefined;
    throw error;
  } finally {
    client.off('error', noticedByStatements);
    client.release(broken);
  }
}

/**
 * Whether a connection is of no more use after an error: it is lost, or it leads to a server that takes no writes, as
 * after a failover behind a name or a proxy. Another one may lead to the right server.
 */
function spoils(error: unknown): boolean {
  return sqlState(error) === undefined || sqlState(error) === '25006';
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<Result>,
  lockTimeoutMs?: number,
): Promise<Result> {
  const client = await connect(pool);
  const tx = asTransaction(client);
  let broken: Error | undefined;
  client.on('error', noticedByStatements);
  try {
    // `begin` is not waited for: it travels with the first statement of `work`. Should it fail, so does that one.
    const begun = client.query(lockTimeoutMs ? `begin; set local lock_timeout = ${lockTimeoutMs}` : 'begin');
    const [result] = await Promise.all([work(tx), begun]);
    tx.end();
    const { command } = await client.query('commit');
    // A transaction in which a statement failed answers `commit` with ROLLBACK, and without an error.
    if (command !== 'COMMIT')
      throw new Error('A statement of this transaction failed and its error was swallowed.');
    return result;
  } catch (error) {
    tx.end();
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    if (sqlState(error) === '25006') broken = error as Error;
    throw error;
  } finally {
    client.off('error', noticedByStatements);
    client.release(broken);
  }
}

/** A connection that is lost also fails the statements that it carries; unheard, its event would end the process. */
function noticedByStatements(): void {}

/** Of two branches of `work`, one may go on after the other has failed: what it still sends must not take effect. */
function asTransaction(client: pg.PoolClient): Transaction & { end(): void } {
  let ended = false;
  return {
    isTransaction: true,
    end: () => {
      ended = true;
    },
    query: async <Row>(query: Query<Row>) => {
      if (ended) throw new Error('This transaction has ended.');
      return (await client.query(query)).rows as Row[];
    },
  };
}
