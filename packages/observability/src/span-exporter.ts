import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { redact } from './redact.ts';

type SpanExporter = Pick<OTLPTraceExporter, 'export' | 'shutdown' | 'forceFlush'>;
type EndedSpan = Pick<Parameters<SpanExporter['export']>[0][number], 'attributes' | 'events' | 'status'>;

/**
 * Opens the exporter for a protocol of OpenTelemetry's specification. It redacts every span: libraries that trace SQL,
 * Redis and HTTP put URLs and the errors of others into their spans.
 *
 * @throws Error for an unknown protocol
 */
export async function openSpanExporter(protocol = 'http/protobuf'): Promise<SpanExporter> {
  const load = PACKAGES[protocol as keyof typeof PACKAGES];
  if (!load)
    throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL is ${Object.keys(PACKAGES).join(', ')}, not "${protocol}".`);
  const { OTLPTraceExporter: Exporter } = await load();
  return withoutSecrets(new Exporter());
}

const PACKAGES = {
  grpc: () => import('@opentelemetry/exporter-trace-otlp-grpc'),
  'http/json': () => import('@opentelemetry/exporter-trace-otlp-http'),
  'http/protobuf': () => import('@opentelemetry/exporter-trace-otlp-proto'),
};

export function withoutSecrets(exporter: SpanExporter): SpanExporter {
  return {
    export(spans, done) {
      for (const span of spans) redactSpan(span);
      exporter.export(spans, done);
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Changes the span itself: after its end only the exporter uses it. */
function redactSpan({ attributes, events, status }: EndedSpan): void {
  redactTexts(attributes);
  for (const event of events) redactTexts(event.attributes ?? {});
  if (status.message) status.message = redact(status.message);
}

function redactTexts(attributes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') attributes[name] = redact(value);
    if (Array.isArray(value))
      attributes[name] = value.map((each) => (typeof each === 'string' ? redact(each) : each));
  }
}
