/** A node of the output of `explain (format json)`; times in milliseconds, for one of its loops. */
export type PlanNode = {
  'Node Type': string;
  Operation?: string;
  Schema?: string;
  'Relation Name'?: string;
  Alias?: string;
  'Index Name'?: string;
  'Subplan Name'?: string;
  'Plan Rows'?: number;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  /** Its loops are the processes that share one reading. */
  'Parallel Aware'?: boolean;
  'Actual Total Time'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
};

/** The node and all nodes below it. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const CONDITIONS = [
  'Index Cond',
  'Recheck Cond',
  'Filter',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'TID Cond',
];

/** The conditions of a node, as Postgres writes them. */
export function conditionsOf(node: PlanNode): string[] {
  const texts = node as unknown as Record<string, string | undefined>;
  return CONDITIONS.flatMap((name) => texts[name] ?? []);
}

/** Whether a plan changes or locks rows. */
export function hasEffects(plan: PlanNode): boolean {
  return nodesOf(plan).some(({ 'Node Type': type }) => type === 'ModifyTable' || type === 'LockRows');
}

/** A read of a whole table, and what became of its rows; the figures are missing where it was only planned. */
export type TableRead = { table: string; condition: string; loops?: number; rows?: number; removed?: number };

const INDEX_SCANS = ['Index Scan', 'Index Only Scan'];

/**
 * The tables of more than `most` rows that a plan reads as a whole. The services' connections avoid a sequential scan
 * wherever there is any index: then an index is read from end to end, with a filter. A plan that was run counts only where
 * it did read so many rows, and one that was only planned where no limit can stop it.
 */
export function tablesReadWhole(
  plan: PlanNode,
  rowsOf: ReadonlyMap<string, number>,
  most: number,
  isLimited = false,
): TableRead[] {
  const limited = isLimited || plan['Node Type'] === 'Limit';
  const own =
    readsWhole(plan, limited) && (rowsOf.get(plan['Relation Name'] ?? '') ?? 0) > most ? [plan] : [];
  return [
    ...own
      .map(tableRead)
      .filter(({ loops, rows = 0, removed = 0 }) => loops === undefined || loops * (rows + removed) > most),
    ...(plan.Plans ?? []).flatMap((child) => tablesReadWhole(child, rowsOf, most, limited)),
  ];
}

function readsWhole(node: PlanNode, isLimited: boolean): boolean {
  if (node['Node Type'] === 'Seq Scan') return !isLimited || wasRun(node);
  const hasNoBounds = INDEX_SCANS.includes(node['Node Type']) && !('Index Cond' in node) && 'Filter' in node;
  return hasNoBounds && (!isLimited || wasRun(node));
}

const wasRun = (node: PlanNode) => node['Actual Loops'] !== undefined;

function tableRead(node: PlanNode): TableRead {
  const read = { table: node['Relation Name'] as string, condition: conditionsOf(node).join(' and ') };
  if (!wasRun(node)) return read;
  const [loops, rows, removed] = [
    node['Actual Loops'] ?? 0,
    node['Actual Rows'] ?? 0,
    node['Rows Removed by Filter'] ?? 0,
  ];
  if (node['Parallel Aware']) return { ...read, loops: 1, rows: rows * loops, removed: removed * loops };
  return { ...read, loops, rows, removed };
}
