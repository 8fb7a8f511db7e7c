import { setTimeout } from 'node:timers/promises';
import { openDatabase, sql } from '@repo/postgres';
import { databaseNames, serviceNames } from '@repo/stack';
import pg from 'pg';
import type { Statement } from '../cost/statements.ts';
import { urlOf } from '../validity/auditor.ts';
import { asParsable, isPlanned, type PlanNode, tablesReadWhole } from './plans.ts';

export interface CheckedStatement {
  service: string;
  text: string;
  calls: number;
  /** The large tables that its plan reads whole. */
  readsWhole: string[];
  /** Why it could not be explained. */
  error?: string;
  /** Whether constants are missing in its text, so that an index over a part of the rows cannot be found. */
  lacksConstants: boolean;
}

/** So many rows a table may have and be read whole. */
export const SMALL_TABLE = 1_000;
const SAMPLE_EACH_MS = 5;

/**
 * Notes the texts of statements while they run, by the id that `Statement` has: pg_stat_statements has replaced their
 * constants, which an index over a part of the rows needs. Answers what ends it.
 */
export function sampleTexts(postgresUrl: string): () => Promise<Map<string, string>> {
  const database = openDatabase({ url: postgresUrl, name: 'bench', connections: 1 });
  const texts = new Map<string, string>();
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const rows = await database.query(sql<{ id: string; text: string }>`
        select concat_ws('/', usesysid, datid, query_id, true) as id, query as text
        from pg_stat_activity
        where query_id is not null and octet_length(query) < pg_size_bytes(current_setting('track_activity_query_size')) - 1`);
      for (const { id, text } of rows) texts.set(id, text);
      await setTimeout(SAMPLE_EACH_MS);
    }
  }

  const running = run();
  // Awaited at the end: until then nobody waits for it.
  running.catch(() => {});
  return async () => {
    stopping.abort();
    await running.finally(() => database.close());
    return texts;
  };
}

/** Looks at the plan that each statement has whatever its values are. */
export async function checkPlans(
  postgresUrl: string,
  statements: Statement[],
  texts: ReadonlyMap<string, string>,
): Promise<CheckedStatement[]> {
  const checked: CheckedStatement[] = [];
  for (const service of serviceNames) {
    const own = statements.filter((one) => one.service === service && isPlanned(one.text));
    const url = urlOf(postgresUrl, databaseNames(service).database);
    const client = new pg.Client({ connectionString: url, application_name: 'bench' });
    await client.connect();
    try {
      const rowsOf = await readSizes(client);
      for (const statement of own) checked.push(await check(client, statement, texts, rowsOf));
    } finally {
      await client.end();
    }
  }
  return checked;
}

async function check(
  client: pg.Client,
  { id, service, text, calls }: Statement,
  texts: ReadonlyMap<string, string>,
  rowsOf: ReadonlyMap<string, number>,
): Promise<CheckedStatement> {
  const lacksConstants = !texts.has(id);
  const about = { service, text, calls, lacksConstants };
  try {
    const asked = `explain (generic_plan, format json) ${texts.get(id) ?? asParsable(text)}`;
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(asked);
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    return { ...about, readsWhole: explained ? tablesReadWhole(explained.Plan, rowsOf, SMALL_TABLE) : [] };
  } catch (error) {
    return { ...about, readsWhole: [], error: (error as Error).message };
  }
}

async function readSizes(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string; rows: number }>(`
    select relname as name, reltuples as rows
    from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`);
  return new Map(rows.map((row) => [row.name, row.rows]));
}
