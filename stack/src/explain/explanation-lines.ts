import { table } from '../text/table.ts';
import { DEAREST, type Explanation } from './explain-service.ts';
import type { Finding, PlannedStatement } from './findings.ts';
import { planLines } from './plan-lines.ts';

const WIDTH = 100;

/** An explanation for a terminal: the statements, the plans of the dearest, and the findings. */
export function explanationLines({ service, since, statements, findings }: Explanation): string[] {
  if (statements.length === 0)
    return [`${service}: no statement was counted yet: make some load.`, ...findings.flatMap(findingLines)];
  const totalMs = statements.reduce((sum, one) => sum + one.totalMs, 0);
  return [
    `${service}: ${statements.length} statements, ${(totalMs / 1_000).toFixed(1)} s in all${since ? ` since ${since.toISOString()}` : ''}`,
    '',
    statementTable(statements, totalMs),
    '',
    ...statements
      .slice(0, DEAREST)
      .flatMap((statement, place) => [...statementLines(statement, place + 1), '']),
    findings.some(({ isNote }) => !isNote) ? `Findings in ${service}` : `No findings in ${service}`,
    ...findings.flatMap(findingLines),
  ];
}

function statementTable(statements: PlannedStatement[], totalMs: number): string {
  const titles = ['', 'share %', 'calls', 'mean ms', 'max ms', 'rows a call', 'statement'];
  const rows = statements.map((one, place) => [
    place + 1,
    ((100 * one.totalMs) / totalMs).toFixed(1),
    one.calls,
    one.meanMs.toFixed(2),
    one.maxMs.toFixed(1),
    (one.rows / one.calls).toFixed(1),
    oneLine(one.text).slice(0, WIDTH),
  ]);
  return table(titles, rows);
}

function statementLines({ text, plan, hasConstants }: PlannedStatement, place: number): string[] {
  const values = plan.values.map((from, index) => `$${index + 1} is ${from}`).join(', ');
  const how = plan.wasRun
    ? `run and rolled back${values ? ` (${values})` : ''}`
    : `only planned, for any values: ${plan.reason}`;
  const constants = hasConstants ? '' : '; its constants were counted as parameters';
  return [
    `${place}. ${oneLine(text).slice(0, 4 * WIDTH)}`,
    `   ${how}${constants}`,
    ...(plan.root ? planLines(plan.root).map((line) => `   ${line}`) : []),
  ];
}

function findingLines({ what, todo, isNote }: Finding): string[] {
  return [`  ${isNote ? 'note: ' : ''}${what}`, `    ${todo}`];
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
