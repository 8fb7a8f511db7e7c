import { type TableRead, tablesReadWhole } from './plan-node.ts';
import type { Plan } from './plan-statement.ts';
import type { Statement } from './read-statements.ts';
import type { Database, ForeignKey, Index, Table } from './read-tables.ts';

export type Finding = {
  kind: 'table-read-whole' | 'index-unused' | 'foreign-key-without-index' | 'table-wants-vacuum';
  table: string;
  /** What was found. */
  what: string;
  /** What to do about it. */
  todo: string;
  /** A note is no finding: it costs nothing yet. */
  isNote: boolean;
};

export type PlannedStatement = Statement & { plan: Plan };

/** In a smaller table, none of this costs anything worth a change. */
const LARGE_TABLE = 10_000;
const MOST_DEAD = 1_000;

/** What a person should look at, the dearest first. */
export function findingsOf(statements: PlannedStatement[], database: Database): Finding[] {
  const rowsOf = new Map(database.tables.map(({ name, rows }) => [name, rows]));
  const isLarge = ({ table }: { table: string }) => (rowsOf.get(table) ?? 0) > LARGE_TABLE;
  const reads = statements.flatMap((statement) => readsOf(statement, rowsOf));
  const known = new Set(reads.map(({ table }) => table));
  return [
    ...reads,
    ...database.tables.filter(({ name }) => !known.has(name)).flatMap(unexplainedReads),
    ...database.foreignKeys.filter(isLarge).flatMap(missingIndex),
    ...database.indexes.filter(isLarge).flatMap(unusedIndex),
    ...database.tables.flatMap(vacuumOf),
  ].toSorted((one, other) => Number(one.isNote) - Number(other.isNote));
}

const count = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const firstWords = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 90);

function readsOf(
  { text, calls, meanMs, plan, hasConstants }: PlannedStatement,
  rowsOf: Map<string, number>,
): Finding[] {
  if (!plan.root) return [];
  const byTable = Map.groupBy(tablesReadWhole(plan.root, rowsOf, LARGE_TABLE), ({ table }) => table);
  return [...byTable.values()].map(([read]) => {
    const { table, condition } = read as TableRead;
    const rows = count(rowsOf.get(table) ?? 0);
    const average = `${count(calls)} ${calls === 1 ? 'call' : 'calls'} of ${meanMs.toFixed(1)} ms on average`;
    const uncertain =
      plan.wasRun || hasConstants
        ? ''
        : ' Its constants are unknown: a partial index may serve it, so look at its plan first.';
    return {
      ...{ kind: 'table-read-whole', table, isNote: !plan.wasRun && !hasConstants },
      what: `A statement reads the whole table ${table} (${rows} rows)${becameOf(read as TableRead)}: ${average}: ${firstWords(text)}…`,
      todo: `${adviceFor(table, condition)}${uncertain}`,
    } as const;
  });
}

function becameOf({ loops, rows = 0, removed = 0 }: TableRead): string {
  if (loops === undefined) return '';
  const times = loops > 1 ? `, ${count(loops)} times in one call` : '';
  return `${times}, to keep ${count(rows)} of ${count(rows + removed)} rows`;
}

function adviceFor(table: string, condition: string): string {
  if (!condition) return `It has no condition: does it need every row of ${table}?`;
  return `Add an index on the columns of its condition ${condition} in a new migration, if it keeps few rows.`;
}

/** Whole reads that no known statement explains: another program, or a statement that is not counted any more. */
function unexplainedReads({ name, rows, wholeReads, wholeReadRows }: Table): Finding[] {
  if (rows <= LARGE_TABLE || wholeReads === 0 || wholeReadRows / wholeReads < LARGE_TABLE) return [];
  return [
    {
      ...{ kind: 'table-read-whole', table: name, isNote: true },
      what: `The table ${name} (${count(rows)} rows) was read as a whole ${count(wholeReads)} times, by none of these statements.`,
      todo: 'A new index, npm run sql or a backup does so too. If the number grows, look for the program that does.',
    },
  ];
}

function unusedIndex({ name, table, bytes, reads, isUnique }: Index): Finding[] {
  if (reads > 0 || isUnique) return [];
  return [
    {
      ...{ kind: 'index-unused', table, isNote: false },
      what: `No statement has used the index ${name} of ${table} (${count(bytes / 1024)} KB). Each new row writes an entry into it.`,
      todo: 'If these counters cover every kind of work, also the rare ones, drop it in a new migration.',
    },
  ];
}

function missingIndex({ name, table, columns, parent, parentDeletes, hasIndex }: ForeignKey): Finding[] {
  if (hasIndex) return [];
  const isNote = parentDeletes === 0;
  const so = isNote ? 'None was deleted so far.' : `${count(parentDeletes)} were deleted so far.`;
  return [
    {
      ...{ kind: 'foreign-key-without-index', table, isNote },
      what: `The foreign key ${name} has no index: each row that is deleted from ${parent} reads the whole table ${table}. ${so}`,
      todo: `Add an index on ${table} (${columns.join(', ')}) in a new migration, or never delete from ${parent}.`,
    },
  ];
}

function vacuumOf({ name, rows, deadRows, vacuumAt, wasAnalyzed }: Table): Finding[] {
  const finding = { kind: 'table-wants-vacuum', table: name, isNote: false } as const;
  if (deadRows > Math.max(vacuumAt, MOST_DEAD))
    return [
      {
        ...finding,
        what: `The table ${name} has ${count(deadRows)} dead rows beside ${count(rows)} live ones; autovacuum begins at ${count(vacuumAt)}.`,
        todo: `Wait a minute for autovacuum. If the number stays, look in pg_stat_activity for an old xact_start, which keeps dead rows; then run vacuum (analyze) ${name}, and lower its autovacuum_vacuum_scale_factor.`,
      },
    ];
  if (rows <= LARGE_TABLE || wasAnalyzed) return [];
  return [
    {
      ...finding,
      what: `The table ${name} (${count(rows)} rows) was never analyzed: Postgres plans without knowing its values.`,
      todo: `Run analyze ${name}, and see that autovacuum is on.`,
    },
  ];
}
