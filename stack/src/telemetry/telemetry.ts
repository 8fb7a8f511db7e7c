import type { Print } from '../failure.ts';
import { checkLogs } from './otlp.ts';
import { readPoints } from './point.ts';
import { openSeriesStore } from './series-store.ts';
import { type OtlpSpans, readSpans } from './span.ts';
import { openSpanSegments, segmentFolder } from './span-segments.ts';
import { openSpanStore } from './span-store.ts';

/** Opens what the stack keeps of the telemetry of its services, in memory and in the state folder. */
export function openTelemetry(dir: string, print: Print) {
  const spans = openSpanStore();
  const segments = openSpanSegments(segmentFolder(dir), print);
  const series = openSeriesStore();
  /** By the path of OTLP/HTTP. Each throws an Error for a malformed body, and keeps nothing of it. */
  const receivers: Record<string, (body: unknown) => void> = {
    '/v1/traces': (body) => {
      const received = readSpans(body as OtlpSpans);
      spans.add(received);
      segments.append(received);
    },
    '/v1/metrics': (body) => series.add(readPoints(body)),
    // The same lines are in the log files.
    '/v1/logs': checkLogs,
  };
  return {
    receivers,
    spans: spans.spans,
    metrics: (seconds: number) => ({ items: series.figures(seconds), refused: series.refused() }),
    close: segments.close,
  };
}

export type Telemetry = Pick<ReturnType<typeof openTelemetry>, 'receivers' | 'spans' | 'metrics'>;
