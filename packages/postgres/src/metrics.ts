import { gauge, histogram, observedCounter, ownName, refreshed } from '@repo/observability';
import type pg from 'pg';
import type { Operation } from './sql.ts';

const statementDuration = histogram({
  name: 'db.client.operation.duration',
  unit: 's',
  description: 'How long do statements take, the way to the server included?',
  attributes: ['db.operation.name', 'error.type'],
});
const transactionDuration = histogram({
  name: ownName('transaction.duration'),
  unit: 's',
  description: 'How long do transactions take, and how many are rolled back?',
  attributes: ['outcome'],
});
const connections = gauge({
  name: 'db.client.connection.count',
  unit: '{connection}',
  description: 'How many connections of a pool are used or idle?',
  attributes: ['db.client.connection.pool.name', 'db.client.connection.state'],
});
const mostConnections = gauge({
  name: 'db.client.connection.max',
  unit: '{connection}',
  description: 'How many connections may a pool have?',
  attributes: ['db.client.connection.pool.name'],
});
const pendingRequests = gauge({
  name: 'db.client.connection.pending_requests',
  unit: '{request}',
  description: 'How many callers wait for a connection of a pool?',
  attributes: ['db.client.connection.pool.name'],
});
const deadlocks = observedCounter({
  name: ownName('postgres.deadlocks'),
  unit: '{deadlock}',
  description: 'How many transactions of this database has Postgres ended because of a deadlock?',
});
const deadRows = gauge({
  name: ownName('postgres.dead_rows'),
  unit: '{row}',
  description: 'How many rows of a table wait for the vacuum?',
  attributes: ['table'],
});
const tableSize = gauge({
  name: ownName('postgres.table.size'),
  unit: 'By',
  description: 'How large is a table without its indexes?',
  attributes: ['table'],
});
const indexSize = gauge({
  name: ownName('postgres.index.size'),
  unit: 'By',
  description: 'How large are all indexes of a table?',
  attributes: ['table'],
});

/** Runs a statement, and records how long it took. */
export async function timeStatement<Result>(
  operation: Operation,
  run: () => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  try {
    const result = await run();
    statementDuration.recordSince(began, { 'db.operation.name': operation });
    return result;
  } catch (error) {
    // A SQLSTATE, of which there are some hundred, or the code of a lost connection.
    const { code = 'unknown' } = error as { code?: string };
    statementDuration.recordSince(began, { 'db.operation.name': operation, 'error.type': code });
    throw error;
  }
}

/** Records the outcome of a transaction that began at `began`, a reading of `performance.now()`. */
export function recordTransaction(began: number, outcome: 'committed' | 'rolled_back'): void {
  transactionDuration.recordSince(began, { outcome });
}

interface TableStatistics {
  table: string;
  deadRows: number;
  tableBytes: number;
  indexBytes: number;
  deadlocks: number;
}

const STATISTICS_EACH_MS = 30_000;

/** Observes a pool and its database; returns a function that ends it. */
export function observePool(pool: pg.Pool, name: string): () => void {
  const attributes = { 'db.client.connection.pool.name': name };
  const statistics = refreshed(
    async () => (await pool.query(STATISTICS)).rows as TableStatistics[],
    STATISTICS_EACH_MS,
  );
  const ofEach = (of: (row: TableStatistics) => number) => () =>
    statistics()?.map((row): [number, { table: string }] => [of(row), { table: row.table }]);
  const observations = [
    connections.observe(() => [
      [pool.totalCount - pool.idleCount, { ...attributes, 'db.client.connection.state': 'used' }],
      [pool.idleCount, { ...attributes, 'db.client.connection.state': 'idle' }],
    ]),
    mostConnections.observe(() => [[pool.options.max, attributes]]),
    pendingRequests.observe(() => [[pool.waitingCount, attributes]]),
    deadlocks.observe(() => statistics()?.[0]?.deadlocks),
    deadRows.observe(ofEach((row) => row.deadRows)),
    tableSize.observe(ofEach((row) => row.tableBytes)),
    indexSize.observe(ofEach((row) => row.indexBytes)),
  ];
  return () => {
    for (const end of observations) end();
  };
}

/** (https://www.postgresql.org/docs/current/monitoring-stats.html) */
const STATISTICS = `
  select relname as table, n_dead_tup::float8 as "deadRows", pg_table_size(relid)::float8 as "tableBytes",
    pg_indexes_size(relid)::float8 as "indexBytes",
    (select deadlocks::float8 from pg_stat_database where datname = current_database()) as deadlocks
  from pg_stat_user_tables`;
