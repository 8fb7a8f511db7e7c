import { serviceNames } from '@repo/stack/topology';
import { domain } from '../domain/domain.ts';
import { rateOf } from '../objective.ts';
import { apiRefusals, apiRequests, limits } from '../objectives.ts';
import { own } from '../own.ts';
import type { Alert } from './alert.ts';
import { now } from './expressions.ts';
import { pipeline } from './pipeline.ts';

const uptime = 'process_uptime_seconds';
const started = `${own}_process_start_time_seconds`;
const pool = 'db_client_connection_pool_name';
const filesystem = 'system_filesystem_usage_bytes';
const topic = 'messaging_consumer_group_name, messaging_destination_name';

const LEAST_REFUSALS = 10;

/**
 * Without these series no objective can be measured, so these page too: an objective that cannot be measured counts as
 * missed, or the loss of a metric would silence its alert.
 */
const unmeasured: Alert[] = [
  {
    name: 'service-silent',
    severity: 'page',
    // A query for each service, since what is absent has no labels but those that the query names.
    expr: ({ window }) =>
      serviceNames.map((job) => `absent_over_time(${uptime}{job="${job}"}[${window('2m')}])`).join('\nor '),
    for: '3m',
    summary: 'A service reports nothing ({{ $labels.job }})',
    description:
      'No process of {{ $labels.job }} has sent a metric for 5 minutes: it does not run, or its telemetry does not arrive. Until it does, no other alert about {{ $labels.job }} can fire.',
  },
];

/** They wake nobody: they explain why an objective is in danger, or that it soon will be. */
const explaining: Alert[] = [
  {
    name: 'service-restarts',
    severity: 'ticket',
    // A process keeps its name (service.instance.id) when it is restarted; a deployment brings processes of other names. The
    // commands of a service, such as npm run reconcile, are meant to end: their names end with the command. A cluster soon
    // waits for five minutes before each restart, and that is three times in half an hour.
    expr: ({ window }) => `sum by (job) (changes(${started}{instance!~".*:[a-z-]+"}[${window('30m')}])) >= 3`,
    summary: 'Processes are restarted again and again ({{ $labels.job }})',
    description:
      'Within 30 minutes the processes of {{ $labels.job }} were restarted {{ $value }} times. With each start, partitions move from one process to another.',
  },
  {
    name: 'relay-without-leader',
    severity: 'ticket',
    expr: (times) => `max by (job) (${now(`${own}_relay_leader`, times)}) < 1`,
    for: '2m',
    summary: 'Nobody publishes the events of {{ $labels.job }}',
    description:
      'For 2 minutes none of the processes of {{ $labels.job }} has led its relay (the highest value is {{ $value }}, and 1 is a leader). Its events wait in the outbox.',
  },
  {
    name: 'consumer-lagging',
    severity: 'ticket',
    // Not while it catches up. Compared with an absent value it would be silent, so `unless` asks for the opposite.
    expr: (times) => {
      const age = `${own}_consumer_lag_age_seconds`;
      const before = `last_over_time(${age}[${times.window('1m')}] offset ${times.window('2m')})`;
      const oldest = (value: string) => `max by (job, ${topic}) (${value})`;
      return `${oldest(now(age, times))} > ${limits.lagSeconds}\nunless ${oldest(now(age, times))} < ${oldest(before)}`;
    },
    for: '2m',
    summary: 'A consumer falls behind ({{ $labels.job }})',
    description:
      'The oldest event of {{ $labels.messaging_destination_name }} that the group {{ $labels.messaging_consumer_group_name }} of {{ $labels.job }} has not consumed has waited for {{ $value | humanizeDuration }}, and the wait grows.',
  },
  {
    name: 'jobs-overdue',
    severity: 'ticket',
    expr: (times) =>
      `max by (job, ${own}_job) (${now(`${own}_job_due_age_seconds`, times)}) > ${limits.dueSeconds}`,
    for: '1m',
    summary: 'Due work waits ({{ $labels.job }})',
    description: `The oldest due row of the job "{{ $labels.${own}_job }}" in {{ $labels.job }} has waited for {{ $value | humanizeDuration }}: no worker takes it up.`,
  },
  {
    name: 'pool-exhausted',
    severity: 'ticket',
    expr: (times) =>
      `min by (job, instance, ${pool}) (min_over_time(db_client_connection_pending_requests[${times.window('2m')}])) > 0`,
    for: '1m',
    summary: 'Work waits for a database connection ({{ $labels.job }})',
    description: `All connections of the pool {{ $labels.${pool} }} of {{ $labels.job }} ({{ $labels.instance }}) have been in use for 2 minutes, and at least {{ $value }} queries waited for one all the time.`,
  },
  {
    name: 'deadlocks',
    severity: 'ticket',
    // Postgres counts for the whole database, and each process reports that count: `increase` would count a new process.
    expr: (times) => {
      const counter = `${own}_postgres_deadlocks_total`;
      const before = `max_over_time(${counter}[${times.window('5m')}] offset ${times.window('15m')})`;
      return `max by (job) (${now(counter, times)}) - max by (job) (${before}) > 0`;
    },
    summary: 'Transactions lock each other out ({{ $labels.job }})',
    description:
      'In 15 minutes Postgres has ended {{ $value }} transactions of {{ $labels.job }} because each waited for a lock of another. They are repeated, so nothing is lost but time.',
  },
  {
    name: 'cache-unavailable',
    severity: 'info',
    expr: (times) =>
      `sum by (job) (increase(${own}_cache_lookups_total{outcome="error"}[${times.window('5m')}])) > 0`,
    for: '1m',
    summary: 'Redis does not answer ({{ $labels.job }})',
    description:
      'In 5 minutes {{ $value | humanize }} lookups of {{ $labels.job }} found no Redis. Reads come from Postgres: slower, and correct.',
  },
  {
    name: 'requests-refused',
    severity: 'ticket',
    expr: ({ window }) => {
      const rate = (selector: string) => rateOf(selector, window('5m'), 'job');
      const share = `${rate(apiRefusals)} / ${rate(apiRequests)} > 0.05`;
      return `${share}\nand sum by (job) (increase(${apiRefusals}[${window('5m')}])) >= ${LEAST_REFUSALS}`;
    },
    for: '5m',
    summary: 'Requests are refused ({{ $labels.job }})',
    description:
      'For 5 minutes {{ $labels.job }} has refused {{ $value | humanizePercentage }} of its requests to protect itself or other clients. Refusals do not count as errors.',
  },
  {
    name: 'event-loop-saturated',
    severity: 'info',
    expr: ({ window }) =>
      `max by (job, instance) (avg_over_time(nodejs_eventloop_utilization_ratio[${window('5m')}])) > 0.9`,
    for: '5m',
    summary: 'A process has no time left ({{ $labels.job }})',
    description:
      'For 5 minutes the event loop of {{ $labels.job }} ({{ $labels.instance }}) has been busy for {{ $value | humanizePercentage }} of the time: everything in this process waits.',
  },
  {
    name: 'disk-filling',
    severity: 'ticket',
    service: 'host',
    expr: (times) => {
      const bytes = (labels: string) =>
        `sum by (job, instance, mountpoint) (${now(`${filesystem}${labels}`, times)})`;
      return `${bytes('{state="used"}')} / ${bytes('')} > 0.85`;
    },
    for: '5m',
    summary: 'A disk is nearly full ({{ $labels.mountpoint }})',
    description:
      '{{ $value | humanizePercentage }} of the disk at {{ $labels.mountpoint }} ({{ $labels.instance }}) is in use. It is the disk below the collector; whatever else is on it stops when it is full.',
  },
];

export const causes: Alert[] = [
  ...unmeasured,
  ...domain.unmeasured,
  ...explaining,
  ...pipeline,
  ...domain.causes,
];
