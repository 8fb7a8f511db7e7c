/** Whether a statement has a plan. */
export function isPlanned(text: string): boolean {
  return /^\s*(with|select|insert|update|delete|merge)\b/i.test(text);
}

/** pg_stat_statements puts a parameter also where the grammar requires a constant; the value is lost. */
export function asParsable(text: string): string {
  return text
    .replaceAll(/\binterval (\$\d+)/gi, '$1::interval')
    .replaceAll(/\bextract\s*\(\s*\$\d+ from/gi, 'extract(epoch from');
}

/** The parameters of a limit or an offset: no column has their values. */
export function limitsIn(text: string): number[] {
  return [...text.matchAll(/\blimit \$(\d+)/gi)].map(([, number]) => Number(number));
}

/** The names that are followed by a bracket, as those of functions are. */
export function calledNames(text: string): string[] {
  return [
    ...new Set(
      [...text.matchAll(/\b([a-z_][a-z0-9_]*)\s*\(/gi)].map(([, name]) => String(name).toLowerCase()),
    ),
  ];
}
