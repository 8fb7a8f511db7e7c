import { type CpuProfile, isIdle, type ProfileNode, samplesOf } from './cpu-profile.ts';
import { type Frame, readableFrame } from './frame.ts';
import type { ProbeReading } from './loop-probe.ts';

/** A time in which the event loop did not turn. */
export type Stall = {
  /** Milliseconds after the start of the profile. */
  atMs: number;
  forMs: number;
  /** The call that filled at least half of it, outermost function first. Empty where no call did. */
  stack: Frame[];
  /** Milliseconds of that call. */
  inStackMs: number;
};

/** Stalls in the same function, the longest first. */
export type StallGroup = { count: number; longestMs: number; totalMs: number; atMs: number; stack: Frame[] };

/**
 * Finds the call that caused each stall. The probe measures when the loop was late; the samples of that time show what
 * ran. The probe began right before the profile, which tells the difference between their clocks.
 */
export function findStalls(profile: CpuProfile, { begun, late }: ProbeReading, root: string): Stall[] {
  const samples = samplesOf(profile);
  const shift = profile.startTime - begun;
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  // Before the first sample, the start of the profiler itself stops the process.
  const first = samples[0]?.at ?? profile.endTime;
  return late
    .filter(({ from }) => from + shift >= first)
    .map(({ from, to }) => {
      const [begin, end] = [from + shift, to + shift];
      const self = new Map<number, number>();
      for (const { node, at, us } of samples) {
        const inside = Math.min(at + us, end) - Math.max(at, begin);
        if (inside > 0) self.set(node, (self.get(node) ?? 0) + inside);
      }
      const { path, us } = heaviestCall(profile.nodes[0], byId, self, (to - from) / 2);
      return {
        atMs: (begin - profile.startTime) / 1_000,
        forMs: (to - from) / 1_000,
        stack: path.map((node) => readableFrame(node.callFrame, root)),
        inStackMs: us / 1_000,
      };
    });
}

/** Follows the heaviest child for as long as it fills at least `least` microseconds. */
function heaviestCall(
  top: ProfileNode | undefined,
  byId: ReadonlyMap<number, ProfileNode>,
  self: ReadonlyMap<number, number>,
  least: number,
): { path: ProfileNode[]; us: number } {
  const totals = totalsOf(top, byId, self);
  const path: ProfileNode[] = [];
  let us = 0;
  for (let node = top; node; ) {
    const children = (node.children ?? []).map((id) => byId.get(id) as ProfileNode);
    const weight = (child: ProfileNode) => totals.get(child.id) ?? 0;
    const [heaviest] = children.toSorted((one, other) => weight(other) - weight(one));
    if (!heaviest || weight(heaviest) < least || isIdle(heaviest.callFrame)) break;
    path.push(heaviest);
    us = weight(heaviest);
    node = heaviest;
  }
  return { path, us };
}

function totalsOf(
  top: ProfileNode | undefined,
  byId: ReadonlyMap<number, ProfileNode>,
  self: ReadonlyMap<number, number>,
): Map<number, number> {
  const totals = new Map<number, number>();
  // Children come after their parent in this order, so that in the reverse order each total is complete.
  const order = top ? [top] : [];
  for (const node of order) order.push(...(node.children ?? []).map((id) => byId.get(id) as ProfileNode));
  for (const node of order.toReversed()) {
    const below = (node.children ?? []).reduce((sum, id) => sum + (totals.get(id) ?? 0), 0);
    totals.set(node.id, below + (self.get(node.id) ?? 0));
  }
  return totals;
}

/** Groups stalls by the function that ran. */
export function groupStalls(stalls: Stall[]): StallGroup[] {
  const groups = Map.groupBy(stalls, ({ stack }) => stack.map(({ name, place }) => name + place).join('\n'));
  return [...groups.values()]
    .map((same) => {
      const longest = same.reduce((most, one) => (one.forMs > most.forMs ? one : most));
      const totalMs = same.reduce((sum, one) => sum + one.forMs, 0);
      return {
        ...{ count: same.length, longestMs: longest.forMs, totalMs },
        ...{ atMs: longest.atMs, stack: longest.stack },
      };
    })
    .toSorted((one, other) => other.totalMs - one.totalMs);
}
