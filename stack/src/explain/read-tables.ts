import type { Client } from 'pg';

export type Table = {
  name: string;
  /** Estimated by Postgres. */
  rows: number;
  deadRows: number;
  /** The number of dead rows at which autovacuum begins. */
  vacuumAt: number;
  wasAnalyzed: boolean;
  /** How often the table was read as a whole, by any program, and the rows of all these reads. */
  wholeReads: number;
  wholeReadRows: number;
};

export type Index = { name: string; table: string; bytes: number; reads: number; isUnique: boolean };

export type ForeignKey = {
  name: string;
  table: string;
  columns: string[];
  parent: string;
  /** Rows of the parent that were deleted since the counters began. */
  parentDeletes: number;
  hasIndex: boolean;
};

export type Database = { since: Date | null; tables: Table[]; indexes: Index[]; foreignKeys: ForeignKey[] };

/** Reads what Postgres has counted about the tables of a database. A connection reports its reads up to ten seconds later. */
export async function readDatabase(client: Client): Promise<Database> {
  const { rows: since } = await client.query<{ since: Date | null }>(
    'select stats_reset as since from pg_stat_database where datname = current_database()',
  );
  const { rows: tables } = await client.query<Table>(TABLES);
  const { rows: indexes } = await client.query<Index>(INDEXES);
  const { rows: foreignKeys } = await client.query<ForeignKey>(FOREIGN_KEYS);
  return { since: since[0]?.since ?? null, tables, indexes, foreignKeys };
}

/** https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM has the formula. */
const TABLES = `
  select stat.relname as name, greatest(n_live_tup, reltuples, 0)::float8 as rows, n_dead_tup::float8 as "deadRows",
    least(
      setting('autovacuum_vacuum_threshold') + setting('autovacuum_vacuum_scale_factor') * greatest(reltuples, 0),
      nullif(setting('autovacuum_vacuum_max_threshold'), -1))::float8 as "vacuumAt",
    coalesce(last_analyze, last_autoanalyze) is not null as "wasAnalyzed",
    seq_scan::float8 as "wholeReads", seq_tup_read::float8 as "wholeReadRows"
  from pg_stat_user_tables as stat join pg_class on pg_class.oid = relid
  order by name`.replaceAll(
  /setting\('(\w+)'\)/g,
  `coalesce(
      (select option_value::float8 from pg_options_to_table(reloptions) where option_name = '$1'),
      current_setting('$1', true)::float8)`,
);

const INDEXES = `
  select indexrelname as name, relname as table, pg_relation_size(indexrelid)::float8 as bytes,
    idx_scan::float8 as reads, indisunique or indisexclusion as "isUnique"
  from pg_stat_user_indexes join pg_index using (indexrelid)
  order by indexrelname`;

/** An index serves where the columns of the key are its first ones, in any order, and it has no condition. */
const FOREIGN_KEYS = `
  select conname as name, child.relname as table, parent.relname as parent, parent.n_tup_del::float8 as "parentDeletes",
    (select array_agg(attname::text order by place)
     from unnest(conkey) with ordinality as key (number, place)
     join pg_attribute on attrelid = conrelid and attnum = number) as columns,
    exists (
      select from pg_index
      where indrelid = conrelid and indisvalid and indpred is null
        and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey) as "hasIndex"
  from pg_constraint
  join pg_stat_user_tables as child on child.relid = conrelid
  join pg_stat_user_tables as parent on parent.relid = confrelid
  where contype = 'f'
  order by conname`;
