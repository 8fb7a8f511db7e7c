import { columns } from '../figures/columns.ts';
import { type Figure, shown } from './cost-report.ts';

const MOST = 25;

/** The most frequent statements. */
export function statementReportOf({ name, cost: { calls, confirmed, seconds } }: Figure): string[] {
  return [
    `The most frequent statements (${name})`,
    ...columns([
      ['service', 'a second', 'for each order', 'rows a call', 'statement'],
      ...calls
        .slice(0, MOST)
        .map((one) => [
          one.service,
          shown(one.calls / seconds, 1),
          shown(one.calls / confirmed, 2),
          shown(one.rows / one.calls, 1),
          one.text.replaceAll(/\s+/g, ' ').trim().slice(0, 100),
        ]),
    ]),
  ];
}
