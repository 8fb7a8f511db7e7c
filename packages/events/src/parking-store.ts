import { sql, type Transaction } from '@tenfold/postgres';
import { v7 as uuidv7 } from 'uuid';
import type { ReceivedRecord } from './kafka.ts';

/** Why a record is not taken: it is not what the contract says, the use case threw, or it waits for another. */
export type Kind = 'malformed' | 'failed' | 'behind';

/** A record that is put aside. */
export interface Parking {
  record: ReceivedRecord;
  kind: Kind;
  error: string | null;
}

/** What a record speaks of: events of one key are parked together, and one without a key by itself. */
export function aggregateOf({ key, topic, partition, offset }: ReceivedRecord): string {
  return key === '' ? `${topic} ${partition} ${offset}` : key;
}

/** Which of these things are parked. Waits for whoever is just freeing one, so that nothing is put behind nobody. */
export async function findParked(tx: Transaction, aggregates: string[]): Promise<Set<string>> {
  const rows = await tx.query(sql<{ aggregate: string }>`
    select aggregate
    from dead_letters
    where aggregate = any(${aggregates}::text[])
    order by position
    for share`);
  return new Set(rows.map((row) => row.aggregate));
}

/** Puts records aside. One that is here already, because its offset was never committed, stays as it is. */
export async function parkRecords(tx: Transaction, parkings: Parking[]): Promise<void> {
  if (parkings.length === 0) return;
  const records = parkings.map(({ record }) => record);
  await tx.query(sql`
    insert into dead_letters (
      id, aggregate, topic, partition, "offset", message_id, type, value, headers, kind, error, attempts)
    select id, aggregate, topic, partition, "offset", message_id, type, value, headers, kind, error,
      case when kind = 'behind' then 0 else 1 end
    from unnest(
      ${records.map(() => uuidv7())}::uuid[],
      ${records.map(aggregateOf)}::text[],
      ${records.map((record) => record.topic)}::text[],
      ${records.map((record) => record.partition)}::integer[],
      ${records.map((record) => String(record.offset))}::bigint[],
      ${records.map((record) => record.headers.ce_id ?? null)}::text[],
      ${records.map((record) => record.headers.ce_type ?? null)}::text[],
      ${records.map((record) => record.raw)}::bytea[],
      ${records.map((record) => JSON.stringify(record.headers))}::jsonb[],
      ${parkings.map((parking) => parking.kind)}::text[],
      ${parkings.map((parking) => parking.error)}::text[]
    ) with ordinality as new (
      id, aggregate, topic, partition, "offset", message_id, type, value, headers, kind, error, number
    )
    order by number
    on conflict (topic, partition, "offset") do nothing`);
}
