import { setTimeout } from 'node:timers/promises';
import { openDatabase, sql } from '@repo/postgres';
import {
  asParsable,
  databaseNames,
  isPlanned,
  type PlanNode,
  serviceNames,
  tablesReadWhole,
} from '@repo/stack';
import pg from 'pg';
import type { Statement } from '../cost/statements.ts';
import { urlOf } from '../validity/auditor.ts';

export interface CheckedStatement {
  service: string;
  text: string;
  calls: number;
  /** The large tables that its plan reads as a whole. */
  readsWhole: string[];
  /** The error of `explain`. */
  error?: string;
  /** Whether its text lacks the constants, so that the planner cannot use a partial index. */
  lacksConstants: boolean;
}

/** Reading a whole table is acceptable up to this number of rows. */
export const SMALL_TABLE = 1_000;
const SAMPLE_EACH_MS = 5;

/**
 * Samples the texts of running statements, by the id of `Statement`: pg_stat_statements has replaced their constants,
 * which the planner needs for a partial index. Returns a function that stops the sampling and gives the texts.
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
  // Awaited when the sampling is stopped.
  running.catch(() => {});
  return async () => {
    stopping.abort();
    await running.finally(() => database.close());
    return texts;
  };
}

/** Checks the generic plan of each statement, which does not depend on its values. */
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
    return { ...about, readsWhole: explained ? readWhole(explained.Plan, rowsOf) : [] };
  } catch (error) {
    return { ...about, readsWhole: [], error: (error as Error).message };
  }
}

function readWhole(plan: PlanNode, rowsOf: ReadonlyMap<string, number>): string[] {
  return [...new Set(tablesReadWhole(plan, rowsOf, SMALL_TABLE).map(({ table }) => table))];
}

async function readSizes(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string; rows: number }>(`
    select relname as name, reltuples as rows
    from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`);
  return new Map(rows.map((row) => [row.name, row.rows]));
}
