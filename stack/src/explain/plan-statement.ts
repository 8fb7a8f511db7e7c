import type { Client } from 'pg';
import { assignedColumns, comparedColumns } from './compared-columns.ts';
import { withoutValues } from './hide-values.ts';
import { hasEffects, type PlanNode } from './plan-node.ts';
import { riskOfRunning } from './risk-of-running.ts';
import { sampleValues } from './sample-values.ts';
import { limitsIn } from './statement-text.ts';

/** The plan of a statement, and how it came about. */
export type Plan = {
  /** Absent where Postgres refused to plan it. */
  root?: PlanNode;
  /** True where it was run with values, in a transaction that was rolled back. */
  wasRun: boolean;
  /** Where the value of each parameter is from, $1 first. */
  values: string[];
  /** Why there is no plan, or why the statement was only planned. */
  reason?: string;
};

/** A statement may run for as long as a service's own, and waits for no lock of a service for long. */
const LIMITS = `set local statement_timeout = '10s'; set local lock_timeout = '500ms'`;
/** Postgres chooses between a plan for the values and a plan for any values at the sixth call of a named statement. */
const CALLS_BEFORE_THE_CHOICE = 5;
/** The connections that plan: one with the service's role and settings, and one that reads rows and the catalogue. */
export type Sessions = { service: Client; reader: Client };

/** Plans a statement for any values. Nothing is run. */
export async function planOnly({ service }: Sessions, text: string): Promise<Plan> {
  try {
    const root = await rolledBack(service, 'read only', async () => {
      return explained(service, `explain (generic_plan, verbose, format json) ${text}`);
    });
    return { root, wasRun: false, values: [] };
  } catch (error) {
    return { wasRun: false, values: [], reason: `Postgres cannot plan it: ${(error as Error).message}` };
  }
}

/**
 * Runs a statement with values from the tables, in a transaction that is rolled back, and returns the plan that a service's
 * connection has after some calls. Where running it could have an effect beyond that transaction, it is only planned.
 */
export async function planAndRun(sessions: Sessions, text: string): Promise<Plan> {
  const planned = await planOnly(sessions, text);
  if (!planned.root) return planned;
  const { service, reader } = sessions;
  const risk = await riskOfRunning(reader, text, planned.root);
  if (risk) return { ...planned, reason: risk };
  const name = 'explained';
  try {
    const untyped = await prepare(service, name, text);
    const values = await sampleValues(
      reader,
      await parameterTypes(service, name),
      new Map([...assignedColumns(text, planned.root), ...comparedColumns(planned.root)]),
      { limits: limitsIn(text), untyped },
    );
    const unknown =
      hasEffects(planned.root) && values.some(({ from }) => from === 'an empty array' || from === 'null');
    if (unknown) return { ...planned, reason: 'it writes values that no table tells' };
    const call = `${name}${values.length > 0 ? `(${values.map(({ sql }) => sql).join(', ')})` : ''}`;
    const mode = hasEffects(planned.root) ? 'read write' : 'read only';
    const root = await rolledBack(service, mode, () => run(service, call));
    return {
      root: withoutValues(root, planned.root, values),
      wasRun: true,
      values: values.map(({ from }) => from),
    };
  } catch (error) {
    return { ...planned, reason: `it could not be run: ${(error as Error).message}` };
  } finally {
    await service.query('deallocate all');
  }
}

/**
 * A constant that was counted as a parameter may have no type where it stands, as in json_build_object: then it is text.
 * Returns the numbers of these.
 */
async function prepare(service: Client, name: string, text: string): Promise<number[]> {
  try {
    await service.query(`prepare ${name} as ${text}`);
    return [];
  } catch (error) {
    const [, number] =
      /could not determine data type of parameter \$(\d+)/.exec((error as Error).message) ?? [];
    if (!number) throw error;
    const place = new RegExp(`\\$${number}(?!\\d|::)`, 'g');
    return [
      Number(number),
      ...(await prepare(
        service,
        name,
        text.replaceAll(place, () => `$${number}::text`),
      )),
    ];
  }
}

async function run(service: Client, call: string): Promise<PlanNode> {
  for (let calls = 0; calls < CALLS_BEFORE_THE_CHOICE; calls++)
    await service.query(`explain execute ${call}`);
  return explained(service, `explain (analyze, buffers, verbose, format json) execute ${call}`);
}

async function explained(client: Client, text: string): Promise<PlanNode> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(text);
  return (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan;
}

async function rolledBack<Result>(
  client: Client,
  mode: 'read only' | 'read write',
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query(`begin ${mode}; ${LIMITS}`);
  try {
    return await work();
  } finally {
    await client.query('rollback');
  }
}

async function parameterTypes(service: Client, name: string): Promise<string[]> {
  const { rows } = await service.query<{ types: string[] }>(
    'select parameter_types::text[] as types from pg_prepared_statements where name = $1',
    [name],
  );
  return rows[0]?.types ?? [];
}
