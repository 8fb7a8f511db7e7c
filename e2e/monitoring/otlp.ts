import { randomBytes } from 'node:crypto';

/** What a service sends by OTLP, as JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export async function post(otlpUrl: string, signal: 'traces' | 'logs' | 'metrics', body: object) {
  const response = await fetch(`${otlpUrl}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${signal}: ${response.status} ${await response.text()}`);
}

type Attributes = Record<string, string | number>;

export interface SpanFacts {
  name: string;
  durationMs?: number;
  isError?: boolean;
  status?: string;
  isServer?: boolean;
  attributes?: Attributes;
  events?: { name: string; attributes?: Attributes }[];
}

/** One trace of a service, all of whose spans have begun a minute ago. */
export function trace(spans: SpanFacts[], resource: Attributes = {}) {
  const traceId = randomBytes(16).toString('hex');
  const beganMs = Date.now() - 60_000;
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'order', ...resource }) },
        scopeSpans: [{ spans: spans.map((facts) => span(traceId, beganMs, facts)) }],
      },
    ],
  };
}

function span(traceId: string, beganMs: number, facts: SpanFacts) {
  const { name, durationMs = 5, isError = false, isServer = false, status = '' } = facts;
  return {
    traceId,
    spanId: randomBytes(8).toString('hex'),
    name,
    kind: isServer ? 2 : 1,
    startTimeUnixNano: nano(beganMs),
    endTimeUnixNano: nano(beganMs + durationMs),
    status: { code: isError ? 2 : 0, message: status },
    attributes: attributesOf(facts.attributes ?? {}),
    events: (facts.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: nano(beganMs),
      attributes: attributesOf(event.attributes ?? {}),
    })),
  };
}

export function logLine(body: string, attributes: Attributes = {}) {
  const record = { timeUnixNano: nano(Date.now()), severityText: 'INFO', body: { stringValue: body } };
  return {
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'order' }) },
        scopeLogs: [{ logRecords: [{ ...record, attributes: attributesOf(attributes) }] }],
      },
    ],
  };
}

export function gauge(name: string, value: number, attributes: Attributes = {}) {
  const point = { timeUnixNano: nano(Date.now()), asDouble: value, attributes: attributesOf(attributes) };
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'order', 'service.instance.id': 'order-1' }) },
        scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints: [point] } }] }],
      },
    ],
  };
}

const nano = (ms: number) => `${Math.round(ms)}000000`;

const attributesOf = (facts: Attributes) =>
  Object.entries(facts).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
