import { columns } from '../figures/columns.ts';
import { type CheckedStatement, SMALL_TABLE } from './hot-statements.ts';
import type { TableReads } from './table-reads.ts';

/** How large the tables are, and whether the statements of an order are found by indexes. */
export interface Large {
  tables: TableReads[];
  statements: CheckedStatement[];
}

const SMALL_MB = 1;

export function largeReportOf({ tables, statements }: Large): string[] {
  const suspects = statements.filter(({ readsWhole, error }) => readsWhole.length > 0 || error);
  return [
    'Large tables, and how often they were read from one end to the other while plans were looked at',
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
    `Plans of ${statements.length} statements that every order or every tenth runs: ${suspects.length === 0 ? `none reads a table of more than ${SMALL_TABLE} rows whole` : 'look at'}`,
    ...suspects.map(({ service, text, readsWhole, error, lacksConstants }) => {
      const what = error ?? `reads ${readsWhole.join(', ')} whole`;
      const doubt = lacksConstants && !error ? ', if the constants in it are unknown' : '';
      return `  ${service}: ${what}${doubt}: ${text.replaceAll(/\s+/g, ' ').trim().slice(0, 120)}`;
    }),
  ];
}
