import type { Outcome } from './drill.ts';

/** A table of all outcomes, for people. */
export function report(outcomes: Outcome[]): string {
  const rows = [
    ['alert', 'service', 'fault', 'fired after', 'resolved after', ''],
    ...outcomes.map(({ alert, service, fault, firedAfterS, endedAfterS, problem }) => [
      ...[alert, service, fault, seconds(firedAfterS), seconds(endedAfterS)],
      problem ?? 'ok',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The outcome for one alert, as soon as it is known. */
export function lineOf({ alert, service, firedAfterS, endedAfterS, problem }: Outcome): string {
  const times = `fired after ${seconds(firedAfterS)}, resolved after ${seconds(endedAfterS)}`;
  return `${alert} (${service}): ${times}${problem === null ? '' : `: it ${problem}`}`;
}

const seconds = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)} s`);
