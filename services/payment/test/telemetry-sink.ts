import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { atTheEnd } from '@repo/testing';

interface Attributed {
  name: string;
  attributes: Record<string, unknown>;
}

type Attributes = { key: string; value: Record<string, unknown> }[];

/** OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/), the parts that are read here. */
interface Exported {
  resourceSpans?: {
    scopeSpans: { spans: { name: string; traceId: string; attributes: Attributes }[] }[];
  }[];
  resourceMetrics?: {
    scopeMetrics: {
      metrics: {
        name: string;
        sum?: { dataPoints: Point[] };
        gauge?: { dataPoints: Point[] };
        histogram?: { dataPoints: Point[] };
      }[];
    }[];
  }[];
}
type Point = { attributes: Attributes; asInt?: string | number; asDouble?: number; count?: string | number };

/** Receives a service's traces and metrics; it keeps every span, and the newest values of each metric. */
export async function startTelemetrySink() {
  const spans: (Attributed & { traceId: string })[] = [];
  let points: (Attributed & { value: number })[] = [];

  function receive({ resourceSpans = [], resourceMetrics = [] }: Exported): void {
    for (const { name, traceId, attributes } of resourceSpans.flatMap(scopesOf).flatMap((one) => one.spans))
      spans.push({ name, traceId, attributes: flat(attributes) });
    const metrics = resourceMetrics.flatMap((one) => one.scopeMetrics).flatMap((one) => one.metrics);
    if (metrics.length > 0)
      points = metrics.flatMap(({ name, ...data }) =>
        [data.sum, data.gauge, data.histogram]
          .flatMap((each) => each?.dataPoints ?? [])
          .map((point) => ({
            name,
            attributes: flat(point.attributes),
            value: Number(point.asInt ?? point.asDouble ?? point.count),
          })),
      );
  }

  const server = createServer(async (request, response) => {
    receive((await json(request)) as Exported);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => server.close().closeAllConnections());

  return {
    /** The environment of a process that exports everything here, with short delays. */
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_METRIC_EXPORT_TIMEOUT: '100',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    spans: (name: string, traceId: string) =>
      spans.filter((span) => span.name === name && span.traceId === traceId),
    /** The value of a metric, or the number of values of a histogram, for exactly these attributes; undefined when there is none. */
    metric: (name: string, attributes: Record<string, unknown> = {}) =>
      points.find(
        (point) => point.name === name && JSON.stringify(point.attributes) === JSON.stringify(attributes),
      )?.value,
  };
}

function scopesOf<Scope>({ scopeSpans }: { scopeSpans: Scope[] }): Scope[] {
  return scopeSpans;
}

function flat(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
