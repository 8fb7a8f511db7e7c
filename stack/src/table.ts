/** Rows as text in aligned columns; numbers to the right, objects as JSON, times in UTC. */
export function table(names: string[], rows: readonly unknown[][]): string {
  const cells = rows.map((row) => row.map(asText));
  const widths = names.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = names.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?[\d.]+$/.test(asText(row[column]))),
  );
  const line = (row: string[]) =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  const count = rows.length === 1 ? '(1 row)' : `(${rows.length} rows)`;
  return [line(names), line(rule), ...cells.map(line), count].join('\n');
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
