import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { atTheEnd } from './at-the-end.ts';

type Facts = Record<string, unknown>;
type Attributes = { key: string; value: Value }[];
type Value = { arrayValue?: { values?: Value[] }; kvlistValue?: { values?: Attributes } } & Facts;
type Point = {
  attributes?: Attributes;
  asInt?: string | number;
  asDouble?: number;
  count?: string | number;
  sum?: number;
};

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  attributes?: Attributes;
}

interface ExportedRecord extends Omit<ExportedSpan, 'name'> {
  severityNumber: number;
  severityText: string;
  flags?: number;
  body: Value;
}

interface ExportedMetric {
  name: string;
  sum?: { dataPoints: Point[] };
  gauge?: { dataPoints: Point[] };
  histogram?: { dataPoints: Point[] };
}

type Resource = { attributes?: Attributes };

/** OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/), the parts that are read here. */
interface Exported {
  resourceSpans?: { resource: Resource; scopeSpans: { spans: ExportedSpan[] }[] }[];
  resourceMetrics?: { resource: Resource; scopeMetrics: { metrics: ExportedMetric[] }[] }[];
  resourceLogs?: { resource: Resource; scopeLogs: { logRecords: ExportedRecord[] }[] }[];
}

export interface ReceivedSpan {
  name: string;
  traceId: string;
  attributes: Facts;
}

export interface ReceivedRecord {
  severityNumber: number;
  severityText: string;
  body: unknown;
  attributes: Facts;
  traceId: string;
  spanId: string;
  flags: number;
}

/** The newest value of a series, of a histogram its count and the sum of its values. */
export interface ReceivedSeries {
  service: unknown;
  name: string;
  attributes: Facts;
  value: number;
  sum: number | undefined;
}

/** How the receiver treats exports: it accepts, refuses, disconnects, never replies, or sends a reply that never ends. */
export type Treatment = 'accept' | 'refuse' | 'disconnect' | 'hang' | 'trickle';

/** Receives what services export: every span and log record is kept, and the newest values of each metric. */
export async function startTelemetryReceiver() {
  const spans: ReceivedSpan[] = [];
  const records: ReceivedRecord[] = [];
  const resources: Facts[] = [];
  const series = new Map<string, ReceivedSeries>();
  let points: ReceivedSeries[] = [];
  let received = '';
  let treatment: Treatment = 'accept';

  function receive({ resourceSpans = [], resourceMetrics = [], resourceLogs = [] }: Exported): void {
    for (const { resource } of [...resourceSpans, ...resourceMetrics, ...resourceLogs])
      resources.push(flat(resource.attributes));
    spans.push(
      ...resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)).map(readSpan),
    );
    records.push(
      ...resourceLogs.flatMap((one) => one.scopeLogs.flatMap((scope) => scope.logRecords)).map(readRecord),
    );
    if (resourceMetrics.length > 0) points = resourceMetrics.flatMap(readSeries);
    for (const point of points)
      series.set(`${point.service} ${point.name} ${JSON.stringify(point.attributes)}`, point);
  }

  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (treatment !== 'accept') return refuse(treatment, response);
    received += body;
    receive(JSON.parse(body) as Exported);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => server.close().closeAllConnections());

  return {
    /** The environment of a process that exports everything here, with short delays. */
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
    },
    treat(exports: Treatment): void {
      treatment = exports;
    },
    /** All that was accepted, as it was sent. */
    text: () => received,
    spans: (name: string, traceId: string) =>
      spans.filter((span) => span.name === name && span.traceId === traceId),
    records: () => records,
    /** The attributes of the resource of each export. */
    resources: () => resources,
    /** Every series of every service that was ever received, with its newest value. */
    series: () => [...series.values()],
    /** The value of a metric, of a histogram its count, for exactly these attributes; undefined when there is none. */
    metric: (name: string, attributes: Facts = {}) =>
      points.find(
        (point) => point.name === name && JSON.stringify(point.attributes) === JSON.stringify(attributes),
      )?.value,
  };
}

function refuse(treatment: Treatment, response: ServerResponse): void {
  if (treatment === 'refuse') response.writeHead(400).end();
  if (treatment === 'disconnect') response.destroy();
  if (treatment !== 'trickle') return;
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

function readSpan({ name, traceId, attributes }: ExportedSpan): ReceivedSpan {
  return { name, traceId, attributes: flat(attributes) };
}

function readRecord(record: ExportedRecord): ReceivedRecord {
  const { severityNumber, severityText, body, attributes, traceId = '', spanId = '', flags = 0 } = record;
  return {
    severityNumber,
    severityText,
    body: plain(body),
    attributes: flat(attributes),
    traceId,
    spanId,
    flags,
  };
}

type Metrics = NonNullable<Exported['resourceMetrics']>[number];

function readSeries({ resource, scopeMetrics }: Metrics): ReceivedSeries[] {
  const service = flat(resource.attributes)['service.name'];
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ name, sum, gauge, histogram }) =>
      [sum, gauge, histogram]
        .flatMap((data) => data?.dataPoints ?? [])
        .map((point) => ({
          ...{ service, name },
          attributes: flat(point.attributes),
          value: Number(point.asInt ?? point.asDouble ?? point.count),
          sum: point.sum,
        })),
    );
}

function flat(attributes: Attributes = []): Facts {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Value): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue) return flat(value.kvlistValue.values);
  return Object.values(value)[0];
}
