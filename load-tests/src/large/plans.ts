/** A node of what `explain (format json)` answers. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** The tables of more than so many rows that a plan reads from one end to the other. */
export function tablesReadWhole(plan: PlanNode, rowsOf: ReadonlyMap<string, number>, most: number): string[] {
  const { 'Node Type': type, 'Relation Name': table = '', Plans: plans = [] } = plan;
  const own = type === 'Seq Scan' && (rowsOf.get(table) ?? 0) > most ? [table] : [];
  return [...new Set([...own, ...plans.flatMap((child) => tablesReadWhole(child, rowsOf, most))])];
}

/** Whether a statement has a plan at all. */
export function isPlanned(text: string): boolean {
  return /^\s*(with|select|insert|update|delete)\b/i.test(text);
}

/** pg_stat_statements puts a parameter also where the grammar wants a constant; its value is not known any more. */
export function asParsable(text: string): string {
  return text
    .replaceAll(/\binterval (\$\d+)/gi, '$1::interval')
    .replaceAll(/\bextract\s*\(\s*\$\d+ from/gi, 'extract(epoch from');
}
