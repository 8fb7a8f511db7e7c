import { conditionsOf, type PlanNode } from './plan-node.ts';

/** A plan as a tree of lines: each node with its rows, and where it was run, with its time and pages for all its loops. */
export function planLines(node: PlanNode, depth = 0, isShared = false): string[] {
  const indent = '  '.repeat(depth);
  const name = node['Subplan Name'] ? `${node['Subplan Name']}: ` : '';
  const conditions = conditionsOf(node).map((condition) => `${indent}    where ${condition}`);
  return [
    `${indent}${name}${titleOf(node)}  ${figuresOf(node, isShared)}`,
    ...conditions,
    ...(node.Plans ?? []).flatMap((child) =>
      planLines(child, depth + 1, isShared || GATHERS.includes(node['Node Type'])),
    ),
  ];
}

function titleOf(node: PlanNode): string {
  const type = node.Operation ?? node['Node Type'];
  const index = node['Index Name'] ? ` by ${node['Index Name']}` : '';
  return node['Relation Name'] ? `${type} ${node['Relation Name']}${index}` : `${type}${index}`;
}

/** The processes below a Gather work at the same time: their loops share it. */
const GATHERS = ['Gather', 'Gather Merge'];

function figuresOf(node: PlanNode, isShared: boolean): string {
  const loops = node['Actual Loops'];
  if (loops === undefined) return `(some ${node['Plan Rows'] ?? 0} rows)`;
  if (loops === 0) return '(never run)';
  const ms = (node['Actual Total Time'] ?? 0) * (isShared ? 1 : loops);
  const pages = (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
  const removed = (node['Rows Removed by Filter'] ?? 0) * loops;
  return `(${[
    `${ms.toFixed(1)} ms`,
    ...(loops > 1 ? [isShared ? `${loops} processes` : `${loops} times`] : []),
    `${Math.round((node['Actual Rows'] ?? 0) * loops)} rows`,
    ...(removed > 0 ? [`${Math.round(removed)} discarded`] : []),
    `${pages} pages`,
  ].join(', ')})`;
}
