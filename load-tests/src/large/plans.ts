/** A node of the output of `explain (format json)`. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** The tables of more than `most` rows that a plan reads as a whole. */
export function tablesReadWhole(plan: PlanNode, rowsOf: ReadonlyMap<string, number>, most: number): string[] {
  const { 'Node Type': type, 'Relation Name': table = '', Plans: plans = [] } = plan;
  const own = type === 'Seq Scan' && (rowsOf.get(table) ?? 0) > most ? [table] : [];
  return [...new Set([...own, ...plans.flatMap((child) => tablesReadWhole(child, rowsOf, most))])];
}

/** Whether a statement has a plan. */
export function isPlanned(text: string): boolean {
  return /^\s*(with|select|insert|update|delete)\b/i.test(text);
}

/** pg_stat_statements puts a parameter also where the grammar requires a constant; the value is lost. */
export function asParsable(text: string): string {
  return text
    .replaceAll(/\binterval (\$\d+)/gi, '$1::interval')
    .replaceAll(/\bextract\s*\(\s*\$\d+ from/gi, 'extract(epoch from');
}
