import { Client } from 'pg';
import { reasonOf } from './failure.ts';
import type { Standing } from './processes/supervise.ts';
import type { ServiceName } from './roster.ts';
import { table } from './table.ts';

/** What is on its way in a service; null where it has no such thing. */
type Backlog = {
  unpublished: number | null;
  oldestSeconds: number | null;
  parked: number | null;
  deadLetters: number;
  openOrders: number | null;
};

const outbox = `
  (select count(*)::int from outbox) as "unpublished",
  (select extract(epoch from now() - min(created_at))::float8 from outbox where parked_until is null) as "oldestSeconds",
  (select count(*)::int from outbox where parked_until is not null) as "parked"`;
const noOutbox = 'null as "unpublished", null as "oldestSeconds", null as "parked"';
const openOrders = `(select count(*)::int from orders where status in ('placed', 'reserved'))`;

/** What waits in a service, by its own database; a string says why that cannot be known. */
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
      ${service === 'notification' ? noOutbox : outbox},
      (select count(*)::int from dead_letters) as "deadLetters",
      ${service === 'order' ? openOrders : 'null'} as "openOrders"`);
    return rows[0] as Backlog;
  } catch (error) {
    return reasonOf(error);
  } finally {
    // One that was never connected, or hangs, is not waited for.
    void client.end().catch(() => {});
  }
}

export function processTable(standings: Standing[], now: number): string {
  const rows = standings.map(({ name, state, pid, since, restarts }) => {
    const seconds = (now - Date.parse(since)) / 1000;
    return [name, state, pid, inWords(seconds), restarts];
  });
  return table(['process', 'state', 'pid', 'for', 'restarts'], rows);
}

export function backlogTable(backlogs: (readonly [ServiceName, Backlog | string])[]): string {
  const names = ['service', 'unpublished', 'oldest', 'parked', 'dead letters', 'open orders'];
  const rows = backlogs.map(([name, backlog]) => {
    if (typeof backlog === 'string') return [name, '?', '?', '?', '?', '?'];
    const { unpublished, oldestSeconds, parked, deadLetters, openOrders } = backlog;
    const oldest = oldestSeconds === null ? null : inWords(oldestSeconds);
    return [name, unpublished, oldest, parked, deadLetters, openOrders];
  });
  return table(names, rows);
}

/** A length of time in its largest unit: 12 s, 3 min, 2 h. */
export function inWords(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h`;
}
