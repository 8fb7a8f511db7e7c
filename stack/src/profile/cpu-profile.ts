/** A function, as V8 names it. Lines and columns begin at 0; -1 where there is no source. */
export type CallFrame = { functionName: string; url: string; lineNumber: number; columnNumber: number };

export type ProfileNode = {
  id: number;
  callFrame: CallFrame;
  children?: number[];
  /** The samples of each line of the source; lines begin at 1. */
  positionTicks?: { line: number; ticks: number }[];
};

/**
 * The contents of a `.cpuprofile`, with times in microseconds. The nodes are a tree; the first one is its root.
 * https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile
 */
export type CpuProfile = {
  nodes: ProfileNode[];
  startTime: number;
  endTime: number;
  /** The node that ran at each sample. */
  samples?: number[];
  /** The time from the sample before, or from the start. */
  timeDeltas?: number[];
};

/** One sample: its node held from `at` for `us` microseconds. */
export type Sample = { node: number; at: number; us: number };

/** The samples in the order of time. V8 may report one with a negative delta, so they are sorted. */
export function samplesOf({ samples = [], timeDeltas = [], startTime, endTime }: CpuProfile): Sample[] {
  let at = startTime;
  const placed = samples.map((node, index) => {
    at += timeDeltas[index] ?? 0;
    return { node, at };
  });
  placed.sort((one, other) => one.at - other.at);
  return placed.map((one, index) => ({
    ...one,
    us: Math.max(0, (placed[index + 1]?.at ?? endTime) - one.at),
  }));
}

/** Nothing ran: the event loop waited for events. */
export const isIdle = ({ functionName }: CallFrame) => functionName === '(idle)';

/** Microseconds of each node itself, without its children. */
export function selfTimes(samples: Sample[]): Map<number, number> {
  const times = new Map<number, number>();
  for (const { node, us } of samples) times.set(node, (times.get(node) ?? 0) + us);
  return times;
}
