import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ExportSettings, Signal } from './settings.ts';

type Options = { timeoutMillis: number };

export interface Exporters {
  traces: SpanExporter;
  metrics: PushMetricExporter;
  logs: LogRecordExporter;
}

type Open = { [signal in Signal]: (options: Options) => Promise<Exporters[signal]> };

/** Each package is imported when it is used: together they take 20 MB. */
const PROTOCOLS: Record<string, Open> = {
  grpc: {
    traces: async (options) =>
      new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter(options),
    metrics: async (options) =>
      new (await import('@opentelemetry/exporter-metrics-otlp-grpc')).OTLPMetricExporter(options),
    logs: async (options) =>
      new (await import('@opentelemetry/exporter-logs-otlp-grpc')).OTLPLogExporter(options),
  },
  'http/json': {
    traces: async (options) =>
      new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter(options),
    metrics: async (options) =>
      new (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter(options),
    logs: async (options) =>
      new (await import('@opentelemetry/exporter-logs-otlp-http')).OTLPLogExporter(options),
  },
  'http/protobuf': {
    traces: async (options) =>
      new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter(options),
    metrics: async (options) =>
      new (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter(options),
    logs: async (options) =>
      new (await import('@opentelemetry/exporter-logs-otlp-proto')).OTLPLogExporter(options),
  },
};

/**
 * Opens the exporter of a signal for a protocol of OpenTelemetry's specification. It reads the address, the headers and
 * the certificates from the environment itself.
 *
 * @throws Error for an unknown protocol
 */
export async function openExporter<Of extends Signal>(
  signal: Of,
  { protocol, timeoutMs }: Pick<ExportSettings, 'protocol' | 'timeoutMs'>,
): Promise<Exporters[Of]> {
  const open = PROTOCOLS[protocol]?.[signal];
  if (!open)
    throw new Error(
      `OTEL_EXPORTER_OTLP_PROTOCOL is ${Object.keys(PROTOCOLS).join(', ')}, not "${protocol}".`,
    );
  return open({ timeoutMillis: timeoutMs });
}
