import type { Span } from './span.ts';

/** Keeps the newest spans in memory; when there are too many, the oldest traces are forgotten. */
export function openSpanStore(limit = 20_000) {
  const traces = new Map<string, Span[]>();
  let count = 0;

  function add(span: Span): void {
    const trace = traces.get(span.traceId);
    if (trace) trace.push(span);
    else traces.set(span.traceId, [span]);
    count++;
    while (count > limit) forgetOldest();
  }

  function forgetOldest(): void {
    const [oldest] = traces;
    if (!oldest) return;
    traces.delete(oldest[0]);
    count -= oldest[1].length;
  }

  return {
    add: (spans: Span[]) => spans.forEach(add),
    /** The spans of a trace so far, by their start. */
    spans: (traceId: string) => byStart(traces.get(traceId) ?? []),
  };
}

export const byStart = (spans: Span[]): Span[] => spans.toSorted((a, b) => a.startMs - b.startMs);
