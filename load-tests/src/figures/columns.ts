/** Aligned columns. A column with a word below its heading is text, and is aligned to the left. */
export function columns(rows: string[][]): string[] {
  const indexes = (rows[0] ?? []).map((_, index) => index);
  const widths = indexes.map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const isText = indexes.map((index) => rows.slice(1).some((row) => /\p{L}{2}/u.test(row[index] ?? '')));
  return rows.map((row) => {
    const cells = row.map((cell, index) =>
      isText[index] ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    );
    return `  ${cells.join('  ').trimEnd()}`;
  });
}
