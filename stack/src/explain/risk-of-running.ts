import type { Client } from 'pg';
import { nodesOf, type PlanNode } from './plan-node.ts';
import { calledNames } from './statement-text.ts';

/** More changed rows would leave as many dead ones, although the change is rolled back. */
const MOST_CHANGED = 1_000;
/** Volatile functions that leave nothing behind. */
const HARMLESS = [
  'clock_timestamp',
  'gen_random_uuid',
  'random',
  'statement_timestamp',
  'timeofday',
  'uuidv4',
  'uuidv7',
];

/** Why a statement must not be run; undefined where it may be. */
export async function riskOfRunning(
  reader: Client,
  text: string,
  plan: PlanNode,
): Promise<string | undefined> {
  const { rows } = await reader.query<{ name: string }>(
    `select distinct proname as name from pg_proc
     where provolatile = 'v' and proname = any ($1) and proname <> all ($2)`,
    [calledNames(text), HARMLESS],
  );
  if (rows[0]) return `it calls ${rows[0].name}, whose effect no rollback may undo`;
  const changed = nodesOf(plan).find(({ 'Node Type': type }) => type === 'ModifyTable');
  const estimate = Math.max(0, ...(changed?.Plans ?? []).map((node) => node['Plan Rows'] ?? 0));
  if (estimate > MOST_CHANGED && changed?.Operation !== 'Insert')
    return `it would change some ${estimate} rows, and leave as many dead ones`;
  return undefined;
}
