import { databaseNames, serviceNames } from '@repo/stack';
import pg from 'pg';
import { urlOf } from '../validity/auditor.ts';

/** A table, and the number of times that it was read as a whole. */
export interface TableReads {
  service: string;
  table: string;
  rows: number;
  megabytes: number;
  reads: number;
}

export async function readTables(postgresUrl: string): Promise<TableReads[]> {
  const found = await Promise.all(
    serviceNames.map(async (service) => {
      const url = urlOf(postgresUrl, databaseNames(service).database);
      const client = new pg.Client({ connectionString: url, application_name: 'bench' });
      await client.connect();
      try {
        const { rows } = await client.query<Omit<TableReads, 'service'>>(`
          select pg_class.relname as "table", reltuples as rows, seq_scan::float8 as reads,
            pg_total_relation_size(relid) / 2 ^ 20 as megabytes
          from pg_stat_user_tables
          join pg_class on pg_class.oid = relid
          order by pg_total_relation_size(relid) desc`);
        return rows.map((row) => ({ service, ...row }));
      } finally {
        await client.end();
      }
    }),
  );
  return found.flat();
}

/** The reads of each table since `before`. */
export function readsSince(before: TableReads[], after: TableReads[]): TableReads[] {
  return after.map((one) => {
    const earlier = before.find(({ service, table }) => service === one.service && table === one.table);
    return { ...one, reads: one.reads - (earlier?.reads ?? 0) };
  });
}
