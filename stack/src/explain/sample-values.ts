import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Column } from './compared-columns.ts';

/** A value for a parameter: SQL of its type, and where it is from, in words. */
export type SampledValue = { sql: string; text: string | null; from: string };

/** The values of an array, and the value of a limit. */
const MANY = 20;

/**
 * Finds values for the parameters of a statement. Those that are compared with columns of one table come from one of its
 * rows, so that they belong together; an array has the values of several rows that agree with the others.
 *
 * @param types the type of each parameter, $1 first
 * @param untyped the numbers of constants that are texts of any kind
 */
export async function sampleValues(
  client: Client,
  types: string[],
  columns: ReadonlyMap<number, Column>,
  { limits, untyped }: { limits: number[]; untyped: number[] },
): Promise<SampledValue[]> {
  const values = new Map<number, string | null>();
  const byTable = Map.groupBy(
    columns,
    ([, { schema, table }]) => `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`,
  );
  for (const [table, compared] of byTable) {
    const isArray = ([number]: [number, Column]) => types[number - 1]?.endsWith('[]') ?? false;
    const scalars = compared.filter((one) => !isArray(one));
    const row = await sampleRow(
      client,
      table,
      scalars.map(([, { column }]) => column),
    );
    for (const [place, [number]] of scalars.entries()) values.set(number, row[place] ?? null);
    const same = scalars.flatMap(([number, { column, isEqual }]) => {
      const value = values.get(number) ?? null;
      return isEqual && value !== null ? [{ column, value }] : [];
    });
    for (const [number, { column }] of compared.filter(isArray))
      values.set(number, await sampleArray(client, table, column, same));
  }
  const given = new Map([
    ...limits.map((number) => [number, String(MANY)] as const),
    ...untyped.map((number) => [number, 'a text'] as const),
  ]);
  return types.map((type, index) => valueFor(index + 1, type, values, columns, given));
}

function valueFor(
  number: number,
  type: string,
  values: ReadonlyMap<number, string | null>,
  columns: ReadonlyMap<number, Column>,
  given: ReadonlyMap<number, string>,
): SampledValue {
  const column = columns.get(number);
  const text = values.get(number) ?? null;
  if (column && text !== null)
    return {
      sql: `${escapeLiteral(text)}::${type}`,
      text,
      from: `a value of ${column.table}.${column.column}`,
    };
  const constant = given.get(number);
  if (constant) return { sql: `${escapeLiteral(constant)}::${type}`, text: null, from: constant };
  if (type.endsWith('[]')) return { sql: `'{}'::${type}`, text: null, from: 'an empty array' };
  return { sql: `null::${type}`, text: null, from: column ? `null, since ${column.table} is empty` : 'null' };
}

/** About this many rows of a large table are read. */
const SAMPLED_ROWS = 10_000;

/** The most frequent values: what the owner of many rows has, rather than the average one. */
async function sampleRow(client: Client, table: string, columns: string[]): Promise<(string | null)[]> {
  if (columns.length === 0) return [];
  const names = columns.map(escapeIdentifier);
  const list = names.map((name) => `${name}::text`).join(', ');
  const present = names.map((name) => `${name} is not null`).join(' and ');
  for (const sample of [`tablesample system (${await percentOf(client, table)})`, '']) {
    const text = `select ${list} from (select ${names.join(', ')} from ${table} ${sample} where ${present}) as sampled
      group by ${names.join(', ')} order by count(*) desc limit 1`;
    const { rows } = await client.query<(string | null)[]>({ text, rowMode: 'array' });
    if (rows[0]) return rows[0];
  }
  return [];
}

async function percentOf(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(
    'select reltuples::float8 as rows from pg_class where oid = $1::regclass',
    [table],
  );
  return Math.min(100, (100 * SAMPLED_ROWS) / Math.max(1, rows[0]?.rows ?? 1));
}

/** Null where there is no such row. */
async function sampleArray(
  client: Client,
  table: string,
  column: string,
  same: { column: string; value: string }[],
): Promise<string | null> {
  const name = escapeIdentifier(column);
  const agrees = same.map(({ column, value }) => `${escapeIdentifier(column)} = ${escapeLiteral(value)}`);
  const condition = [`${name} is not null`, ...agrees].join(' and ');
  const { rows } = await client.query<[string]>({
    text: `select array(select ${name} from ${table} where ${condition} limit ${MANY})::text`,
    rowMode: 'array',
  });
  return rows[0]?.[0] === '{}' ? null : (rows[0]?.[0] ?? null);
}
