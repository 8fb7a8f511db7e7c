import { own } from '../own.ts';
import { logs, runbook, traces } from './links.ts';
import { above, anyValue, type Dashboard, figure, graph, now, quantile, rate, stack } from './panel.ts';

const service = 'job=~"$service"';
const pool = 'db_client_connection_pool_name';
const operation = 'db_operation_name';
const cache = `${own}_cache`;
const transactions = `${own}_transaction_duration_seconds`;

export const postgres: Dashboard = {
  name: 'postgres',
  title: 'Postgres',
  question: 'Is the database what everything waits for?',
  panels: [
    graph('Connections in use, of the pool', {
      unit: 'percentunit',
      limit: above(0.9, 0.7),
      advice:
        'Full while few transactions run: long transactions or locks, see their time. Full with many: the database is at its limit, not the pool.',
      queries: {
        [`{{job}} {{${pool}}}`]: `sum by (job, ${pool}) (${now(`db_client_connection_count{${service},db_client_connection_state="used"}`)}) / sum by (job, ${pool}) (${now(`db_client_connection_max{${service}}`)})`,
      },
      links: [runbook('pool-exhausted'), traces(), logs()],
    }),
    graph('Waiting for a connection', {
      unit: 'short',
      limit: above(10, 1),
      advice:
        'Work waits before it reaches Postgres. Look for the slow statement first (npm run explain); a larger pool only moves the queue.',
      queries: {
        [`{{job}} {{${pool}}}`]: `sum by (job, ${pool}) (${now(`db_client_connection_pending_requests{${service}}`)})`,
      },
      links: [runbook('pool-exhausted'), traces(), logs()],
    }),
    stack('Statements', {
      unit: 'ops',
      limit: anyValue,
      advice: 'More statements at the same number of requests: a batch was lost, or something retries.',
      queries: {
        [`{{job}} {{${operation}}}`]: rate(
          'db_client_operation_duration_seconds_count',
          service,
          `job, ${operation}`,
        ),
      },
      links: [traces(), logs()],
    }),
    graph('Time of a statement', {
      unit: 's',
      limit: above(0.3, 0.1),
      advice:
        'p99. npm run explain -- SERVICE shows the dearest statements, their plans, and missing indexes.',
      queries: {
        [`{{job}} {{${operation}}}`]: quantile(
          0.99,
          'db_client_operation_duration_seconds',
          service,
          `job, ${operation}`,
        ),
        [`{{job}} fills cache {{${cache}}}`]: quantile(
          0.99,
          `${own}_cache_load_duration_seconds`,
          service,
          `job, ${cache}`,
        ),
      },
      links: [traces(), logs()],
    }),
    graph('Time of a transaction', {
      unit: 's',
      limit: above(1, 0.3),
      advice:
        'p99. Longer than its statements together: it waits for a lock, or for something that does not belong inside.',
      queries: { '{{job}} {{outcome}}': quantile(0.99, transactions, service, 'job, outcome') },
      links: [traces(), logs()],
    }),
    graph('Transactions rolled back', {
      unit: 'percentunit',
      limit: above(0.05, 0.01),
      advice: 'The share of all. The log names the error: a deadlock, a lost connection, a limit of time.',
      queries: {
        '{{job}}': `(${rate(`${transactions}_count`, `${service},outcome="rolled_back"`, 'job')} or 0 * ${rate(`${transactions}_count`, service, 'job')}) / ${rate(`${transactions}_count`, service, 'job')}`,
      },
      links: [runbook('deadlocks'), logs()],
    }),
    figure('Deadlocks, of the selected time', {
      unit: 'none',
      limit: above(0),
      advice:
        'Postgres ended one of two transactions that waited for each other. It was repeated. The log has both: they must take their locks in one order.',
      queries: {
        '{{job}}': `max by (job) (increase(${own}_postgres_deadlocks_total{${service}}[$__range]))`,
      },
      links: [runbook('deadlocks')],
    }),
    graph('Dead rows', {
      unit: 'short',
      limit: above(1_000_000, 100_000),
      advice:
        'Vacuum does not keep up, or an old transaction holds it back: look for one in pg_stat_activity.',
      queries: {
        '{{job}} {{table}}': `max by (job, table) (${now(`${own}_postgres_dead_rows{${service}}`)})`,
      },
      links: [runbook('disk-filling'), logs()],
    }),
    graph('Size of tables and their indexes', {
      unit: 'bytes',
      limit: anyValue,
      advice:
        'Outbox and inbox must not grow from day to day: their service cleans them up. Indexes larger than their table: npm run explain names those that nobody uses.',
      queries: {
        '{{job}} {{table}}': `max by (job, table) (${now(`${own}_postgres_table_size_bytes{${service}}`)})`,
        '{{job}} {{table}}: indexes': `max by (job, table) (${now(`${own}_postgres_index_size_bytes{${service}}`)})`,
      },
      links: [runbook('disk-filling'), logs()],
    }),
    stack('Reads that a cache answers', {
      unit: 'ops',
      limit: anyValue,
      advice:
        'hit and joined spare the database a query. Many misses: keys expire too soon, or are read once. error: Redis is unavailable, and the database answers.',
      queries: {
        [`{{job}} {{${cache}}} {{outcome}}`]: rate(
          `${own}_cache_lookups_total`,
          service,
          `job, ${cache}, outcome`,
        ),
      },
      links: [runbook('cache-unavailable'), logs()],
    }),
  ],
};
