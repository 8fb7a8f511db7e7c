import { ownName } from '@repo/observability';
import { limits } from '../limits.ts';
import { PROCESS, SERVICE } from '../telemetry/point.ts';
import { isService, serviceNames } from '../topology.ts';
import type { Figures } from './figures.ts';
import { limited, type Panel, type Row } from './panel.ts';

const GROUP = 'messaging.consumer.group.name';
const TOPIC = 'messaging.destination.name';
const JOB = ownName('job');
const STATE = 'db.client.connection.state';

const services: Panel = {
  id: 'services',
  title: 'Service',
  columns: [
    { id: 'outboxRows', title: 'outbox', format: 'count' },
    { id: 'outboxAgeSeconds', title: 'oldest', format: 'seconds' },
    { id: 'parkedRows', title: 'parked', format: 'count' },
    { id: 'deadLetters', title: 'dead', format: 'count' },
    { id: 'poolUsed', title: 'pool', format: 'count' },
    { id: 'poolMax', title: 'of', format: 'count' },
    { id: 'poolPending', title: 'pending', format: 'count' },
  ],
  rows: (figures) => serviceNames.map((name) => serviceRow(figures, name)),
};

function serviceRow(figures: Figures, name: string): Row {
  const where = { [SERVICE]: name };
  return {
    name,
    cells: {
      outboxRows: figures.greatest(ownName('outbox.rows'), where),
      outboxAgeSeconds: limited(figures.greatest(ownName('outbox.age'), where), limits.outboxAgeSeconds),
      parkedRows: limited(figures.greatest(ownName('outbox.parked'), where), 0),
      deadLetters: limited(figures.greatest(ownName('dead_letters'), where), 0),
      poolUsed: figures.total('db.client.connection.count', { ...where, [STATE]: 'used' }),
      poolMax: figures.total('db.client.connection.max', where),
      poolPending: limited(figures.total('db.client.connection.pending_requests', where), 0),
    },
  };
}

const groups: Panel = {
  id: 'groups',
  title: 'Consumer group',
  columns: [
    { id: 'lagRecords', title: 'lag', format: 'count' },
    { id: 'lagSeconds', title: 'oldest', format: 'seconds' },
  ],
  rows: (figures) => figures.valuesOf(ownName('consumer.lag'), GROUP).map((name) => groupRow(figures, name)),
};

function groupRow(figures: Figures, name: string): Row {
  const lag = ownName('consumer.lag');
  const where = { [GROUP]: name };
  // Every replica reports the lag of the whole group on a topic.
  const lags = figures
    .valuesOf(lag, TOPIC, where)
    .map((topic) => figures.greatest(lag, { ...where, [TOPIC]: topic }) ?? 0);
  return {
    name,
    cells: {
      lagRecords: lags.reduce((sum, one) => sum + one, 0),
      lagSeconds: limited(figures.greatest(ownName('consumer.lag.age'), where), limits.lagSeconds),
    },
  };
}

const jobs: Panel = {
  id: 'jobs',
  title: 'Job',
  columns: [
    { id: 'dueRows', title: 'due', format: 'count' },
    { id: 'dueSeconds', title: 'oldest', format: 'seconds' },
  ],
  rows: (figures) =>
    figures.valuesOf(ownName('job.due'), JOB).map((name) => ({
      name,
      cells: {
        dueRows: figures.greatest(ownName('job.due'), { [JOB]: name }),
        dueSeconds: limited(figures.greatest(ownName('job.due.age'), { [JOB]: name }), limits.dueSeconds),
      },
    })),
};

const processes: Panel = {
  id: 'processes',
  title: 'Process',
  columns: [
    { id: 'state', title: 'state', format: 'text' },
    { id: 'restarts', title: 'restarts', format: 'count' },
    { id: 'cpuShare', title: 'CPU', format: 'share' },
    { id: 'memoryBytes', title: 'memory', format: 'bytes' },
    { id: 'eventLoopP99Seconds', title: 'loop p99', format: 'seconds' },
  ],
  rows: (figures) => figures.processes.map((one) => processRow(figures, one)),
};

function processRow(figures: Figures, { name, state, restarts }: Figures['processes'][number]): Row {
  const where = { [PROCESS]: name };
  // What a process that is down has reported before is no longer true.
  const ifUp = (value: number | null) => (state === 'down' ? null : value);
  const isOfService = isService(name.replace(/-\d+$/, ''));
  return {
    name,
    cells: {
      state: { value: state, isBeyond: state !== 'running' },
      restarts,
      cpuShare: ifUp(figures.rate('process.cpu.time', where)),
      memoryBytes: ifUp(figures.greatest('process.memory.usage', where)),
      eventLoopP99Seconds: ifUp(figures.greatest('nodejs.eventloop.delay.p99', where)),
    },
    // Servers and stand-ins have no instruments: a person wants to see only those that are not running.
    isHidden: !isOfService && state === 'running',
  };
}

/** The panels that every system has, in the rows of the screen. */
export const generalPanels: Panel[][] = [[services], [groups, jobs], [processes]];
