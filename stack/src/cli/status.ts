import { Client, escapeLiteral } from 'pg';
import { reasonOf } from '../failure.ts';
import type { ProcessStatus } from '../supervisor/processes/supervised-process.ts';
import { printable } from '../text/printable.ts';
import { table } from '../text/table.ts';
import { groupIdQuery, type ServiceName, services } from '../topology.ts';

/** The unfinished work of a service; null where the service cannot have any. */
export type Backlog = {
  unpublished: number | null;
  oldestSeconds: number | null;
  parked: number | null;
  deadLetters: number;
  /** By their titles in the topology. */
  figures: Record<string, number>;
  /** The part of a consumer group's name that its query has found. */
  groupId: string | null;
};

/** The backlog of a service and its lag in records; a string is the reason why one is unknown. */
export type ServiceStatus = { service: string; backlog: Backlog | string; lag: number | string };

const outbox = `
  (select count(*)::int from outbox) as "unpublished",
  (select extract(epoch from now() - min(created_at))::float8 from outbox where parked_until is null) as "oldestSeconds",
  (select count(*)::int from outbox where parked_until is not null) as "parked"`;
const noOutbox = 'null as "unpublished", null as "oldestSeconds", null as "parked"';

/** The backlog in the database of a service; a string is the reason why it is unknown. */
export async function readBacklog(service: ServiceName, url: string): Promise<Backlog | string> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Backlog>(`select
      ${services[service].publishes.length > 0 ? outbox : noOutbox},
      (select count(*)::int from dead_letters) as "deadLetters",
      json_build_object(${figuresOf(service)}) as "figures",
      (${groupIdQuery(service) ?? 'null'}) as "groupId"`);
    return rows[0] as Backlog;
  } catch (error) {
    return reasonOf(error);
  } finally {
    // A connection that was never opened, or hangs, is not waited for.
    void client.end().catch(() => {});
  }
}

function figuresOf(service: ServiceName): string {
  const figures = Object.entries(services[service].figures ?? {});
  return figures.map(([title, query]) => `${escapeLiteral(title)}, (${query})`).join(', ');
}

/** The titles of all further figures. */
const titles = [...new Set(Object.values(services).flatMap(({ figures = {} }) => Object.keys(figures)))];

export function processTable(standings: ProcessStatus[], now: number): string {
  const rows = standings.map(({ name, state, pid, since, restarts }) => {
    const seconds = (now - Date.parse(since)) / 1000;
    return [name, state, pid, formatDuration(seconds), restarts];
  });
  return table(['process', 'state', 'pid', 'for', 'restarts'], rows);
}

export function statusTable(statuses: ServiceStatus[]): string {
  const names = ['service', 'unpublished', 'oldest', 'parked', 'dead letters', ...titles, 'lag'];
  const rows = statuses.map(({ service, backlog, lag }) => {
    const records = typeof lag === 'string' ? '?' : lag;
    if (typeof backlog === 'string')
      return [service, ...['?', '?', '?', '?'], ...titles.map(() => '?'), records];
    const { unpublished, oldestSeconds, parked, deadLetters, figures } = backlog;
    const oldest = oldestSeconds === null ? null : formatDuration(oldestSeconds);
    const further = titles.map((title) => figures[title] ?? null);
    return [service, unpublished, oldest, parked, deadLetters, ...further, records];
  });
  return table(names, rows);
}

/** A sentence for each server that is down. */
export function unknownLines(statuses: ServiceStatus[]): string[] {
  const backlog = statuses.map((status) => status.backlog).find((one) => typeof one === 'string');
  const lag = statuses.map((status) => status.lag).find((one) => typeof one === 'string');
  return [
    ...(backlog === undefined ? [] : [`Postgres is down (${printable(backlog)}).`]),
    ...(lag === undefined ? [] : [`The lag is unknown (${printable(lag)}).`]),
  ];
}

/** A duration in its largest unit: 12 s, 3 min, 2 h. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 120) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h`;
}
