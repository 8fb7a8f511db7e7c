import type { CpuProfile } from './cpu-profile.ts';
import { fileOf, type Origin } from './frame.ts';

/** A line of the source, and the share (0 to 1) of the samples in which it ran. */
export type HotLine = { place: string; name: string; origin: Origin; share: number };

/** The lines that ran in the most samples, without those that they called; functions that V8 has inlined included. */
export function hotLines({ nodes }: CpuProfile, root: string): HotLine[] {
  const lines = new Map<string, HotLine & { ticks: number }>();
  let all = 0;
  for (const { callFrame, positionTicks = [] } of nodes) {
    const { file, origin } = fileOf(callFrame.url, root);
    for (const { line, ticks } of positionTicks) {
      if (callFrame.functionName !== '(idle)') all += ticks;
      if (!file) continue;
      const place = `${file}:${line}`;
      const name = callFrame.functionName || '(anonymous)';
      const known = lines.get(place) ?? { place, name, origin, share: 0, ticks: 0 };
      lines.set(place, { ...known, ticks: known.ticks + ticks });
    }
  }
  return [...lines.values()]
    .toSorted((one, other) => other.ticks - one.ticks)
    .map(({ ticks, ...line }) => ({ ...line, share: ticks / all }));
}
