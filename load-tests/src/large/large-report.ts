import { columns } from '../figures/columns.ts';
import { type CheckedStatement, SMALL_TABLE } from './hot-statements.ts';
import type { TableReads } from './table-reads.ts';

/** The sizes of the tables, and whether the statements of an order use indexes. */
export interface Large {
  tables: TableReads[];
  statements: CheckedStatement[];
}

const SMALL_MB = 1;

export function largeReportOf({ tables, statements }: Large): string[] {
  const suspects = statements.filter(({ readsWhole, error }) => readsWhole.length > 0 || error);
  return [
    'Large tables, and the number of times that each was read as a whole during the check of plans',
    ...columns([
      ['service', 'table', 'rows', 'MB', 'reads'],
      ...tables
        .filter(({ megabytes, reads, rows }) => megabytes >= SMALL_MB || (reads > 0 && rows > SMALL_TABLE))
        .map(({ service, table, rows, megabytes, reads }) => [
          ...[service, table, rows.toFixed(0), megabytes.toFixed(0)],
          reads.toFixed(0),
        ]),
    ]),
    '',
    `Plans of ${statements.length} statements that at least every tenth order runs: ${suspects.length === 0 ? `none reads a whole table of more than ${SMALL_TABLE} rows` : 'look at'}`,
    ...suspects.map(({ service, text, readsWhole, error, lacksConstants }) => {
      const what = error ?? `reads all of ${readsWhole.join(', ')}`;
      const doubt = lacksConstants && !error ? ', if the constants in it are unknown' : '';
      return `  ${service}: ${what}${doubt}: ${text.replaceAll(/\s+/g, ' ').trim().slice(0, 120)}`;
    }),
  ];
}
