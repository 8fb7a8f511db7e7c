import { type FlameNode, type FunctionCost, functionCosts, heapTree } from './flame-tree.ts';
import { frameText } from './frame.ts';
import { type ClassSize, classSizes, type HeapSnapshot } from './heap-profile.ts';
import type { Page } from './page.ts';
import type { HeapRecording } from './record-heap.ts';

export type HeapReport = {
  seconds: number;
  stoppedMs: number;
  heapBytes: number;
  classes: ClassSize[];
  functions: FunctionCost[];
  /** In KB. */
  tree: FlameNode;
};

export function reportHeap(
  { profile, stoppedMs }: HeapRecording,
  snapshot: HeapSnapshot,
  { seconds, root }: { seconds: number; root: string },
): HeapReport {
  const tree = inKilobytes(heapTree(profile, root));
  const classes = classSizes(snapshot);
  const heapBytes = classes.reduce((sum, { bytes }) => sum + bytes, 0);
  return { seconds, stoppedMs, heapBytes, classes, functions: functionCosts(tree), tree };
}

function inKilobytes(node: FlameNode): FlameNode {
  const children = node.children.map(inKilobytes);
  return { ...node, self: node.self / 1_024, value: node.value / 1_024, children };
}

const kilobytes = (value: number) => `${Math.round(value)} KB`;

const factsOf = ({ seconds, stoppedMs, heapBytes, tree }: HeapReport) =>
  `the heap holds ${kilobytes(heapBytes / 1_024)}; of what was allocated within ${seconds} s, about ${kilobytes(tree.value)} are still in use; the snapshot stopped the process for ${Math.round(stoppedMs)} ms`;

/** The report for a terminal. */
export function heapLines(name: string, report: HeapReport): string[] {
  return [
    `${name}: ${factsOf(report)}`,
    '',
    'Functions whose allocations are still in use:',
    ...report.functions.slice(0, 10).map((one) => `  ${kilobytes(one.self).padStart(9)}  ${frameText(one)}`),
    '',
    'Classes and kinds with the most bytes of their own:',
    ...report.classes
      .slice(0, 10)
      .map(({ name, count, bytes }) => `  ${kilobytes(bytes / 1_024).padStart(9)}  ${count} ${name}`),
  ];
}

/** The report as a page; its flame graph shows who allocated what is still in use. */
export function heapPage(name: string, report: HeapReport): Page {
  const { functions, classes, tree } = report;
  return {
    title: `Heap of ${name}`,
    facts: factsOf(report),
    unit: 'KB',
    tree,
    tables: [
      {
        heading: 'Functions whose allocations are still in use',
        hint: 'Sampled during the recording, after a garbage collection. What grows with the load is a leak, or a cache.',
        columns: [
          { title: 'size', number: true },
          { title: 'function', code: true },
        ],
        rows: functions.slice(0, 20).map((one) => ({
          cells: [kilobytes(one.self), frameText(one)],
          ours: one.origin === 'ours',
        })),
      },
      {
        heading: 'Classes and kinds with the most bytes of their own',
        hint: 'The whole heap. The .heapsnapshot in the memory panel of Chrome shows what retains an object.',
        columns: [
          { title: 'size', number: true },
          { title: 'objects', number: true },
          { title: 'class', code: true },
        ],
        rows: classes.slice(0, 20).map(({ name, count, bytes }) => ({
          cells: [kilobytes(bytes / 1_024), String(count), name],
          ours: false,
        })),
      },
    ],
  };
}
