import type { CallFrame } from './cpu-profile.ts';

/** Allocations by the call that made them: those sampled, and still alive at the end. Sizes in bytes. */
export type HeapProfileNode = { callFrame: CallFrame; selfSize: number; children: HeapProfileNode[] };

/** https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#type-SamplingHeapProfile */
export type HeapProfile = { head: HeapProfileNode };

/** The part of a `.heapsnapshot` that is read here: nodes are rows of numbers, one after the other. */
export type HeapSnapshot = {
  snapshot: { meta: { node_fields: string[]; node_types: (string | string[])[] } };
  nodes: number[];
  strings: string[];
};

/** The objects of one class or kind. */
export type ClassSize = { name: string; count: number; bytes: number };

/** The classes whose objects take the most bytes themselves, the greatest first. */
export function classSizes({ snapshot, nodes, strings }: HeapSnapshot): ClassSize[] {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  const kinds = types[type] as string[];
  const sizes = new Map<string, ClassSize>();
  for (let row = 0; row < nodes.length; row += fields.length) {
    const kind = kinds[nodes[row + type] as number] as string;
    // The name of a string or of code is its text.
    const title = kind === 'object' ? (strings[nodes[row + name] as number] as string) : `(${kind})`;
    const known = sizes.get(title) ?? { name: title, count: 0, bytes: 0 };
    sizes.set(title, {
      name: title,
      count: known.count + 1,
      bytes: known.bytes + (nodes[row + size] as number),
    });
  }
  return [...sizes.values()].toSorted((one, other) => other.bytes - one.bytes);
}
