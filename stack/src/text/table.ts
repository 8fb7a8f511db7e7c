import { jsonLine, printable, shortened } from './printable.ts';

/**
 * Rows as text in aligned columns; numbers to the right, objects as JSON, times in UTC. Each row is one line, whatever
 * its cells hold.
 */
export function table(names: string[], rows: readonly unknown[][]): string {
  const titles = names.map(printable);
  const cells = rows.map((row) => row.map(asText));
  const columns = titles.map((title, column) => ({
    width: cells.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
    isNumber: cells.length > 0 && cells.every((row) => /^-?[\d.]+$/.test(row[column] ?? '')),
  }));
  const line = (row: string[]) =>
    columns
      .map(({ width, isNumber }, column) => {
        const cell = row[column] ?? '';
        return isNumber ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = columns.map(({ width }) => '-'.repeat(width));
  const count = rows.length === 1 ? '(1 row)' : `(${rows.length} rows)`;
  return [line(titles), line(rule), ...cells.map(line), count].join('\n');
}

function asText(value: unknown): string {
  return shortened(printable(textOf(value)));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return typeof value === 'object' ? jsonLine(value) : String(value);
}
