import { type CpuProfile, isIdle, type ProfileNode, samplesOf, selfTimes } from './cpu-profile.ts';
import { type Frame, readableFrame } from './frame.ts';
import type { HeapProfile, HeapProfileNode } from './heap-profile.ts';

/** A call and the calls in it. `value` is that of the whole, in the unit of the profile; `self` is its own part. */
export type FlameNode = Frame & { value: number; self: number; children: FlameNode[] };

/** The tree of a CPU profile in milliseconds, without the time in which the loop waited. */
export function cpuTree(profile: CpuProfile, root: string): FlameNode {
  const self = selfTimes(samplesOf(profile));
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const build = (node: ProfileNode): FlameNode =>
    nodeOf(
      readableFrame(node.callFrame, root),
      (self.get(node.id) ?? 0) / 1_000,
      (node.children ?? [])
        .map((id) => byId.get(id) as ProfileNode)
        .filter((child) => !isIdle(child.callFrame))
        .map(build),
    );
  const [top] = profile.nodes;
  return { ...(top ? build(top) : emptyNode), name: 'all' };
}

/** The tree of a heap profile in bytes. */
export function heapTree(profile: HeapProfile, root: string): FlameNode {
  const build = (node: HeapProfileNode): FlameNode =>
    nodeOf(readableFrame(node.callFrame, root), node.selfSize, node.children.map(build));
  return { ...build(profile.head), name: 'all' };
}

const emptyNode: FlameNode = { name: '', place: '', origin: 'native', value: 0, self: 0, children: [] };

/** Parts without any weight are left out. */
function nodeOf(frame: Frame, self: number, children: FlameNode[]): FlameNode {
  const value = children.reduce((sum, child) => sum + child.value, self);
  return { ...frame, value, self, children: children.filter((child) => child.value > 0) };
}

/** A function in all its calls: `self` without what it calls, `value` with it. */
export type FunctionCost = Frame & { self: number; value: number };

/** The functions with the most of their own, the greatest first. A recursive call counts once in `value`. */
export function functionCosts(tree: FlameNode): FunctionCost[] {
  const costs = new Map<string, FunctionCost>();
  const visit = ({ name, place, origin, self, value, children }: FlameNode, above: ReadonlySet<string>) => {
    const key = `${name} ${place}`;
    const cost = costs.get(key) ?? { name, place, origin, self: 0, value: 0 };
    cost.self += self;
    if (!above.has(key)) cost.value += value;
    costs.set(key, cost);
    for (const child of children) visit(child, new Set(above).add(key));
  };
  for (const child of tree.children) visit(child, new Set());
  return [...costs.values()].filter(({ self }) => self > 0).toSorted((one, other) => other.self - one.self);
}
