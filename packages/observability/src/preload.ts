/**
 * Starts OpenTelemetry. Loaded with `node --import @repo/observability/preload`, because it must run before the
 * libraries that it instruments. The standard OTEL_* variables configure it
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/); the trace exporter is otlp or
 * none, because spans are redacted before they are exported. One variable is our own: TRUST_TRACE_FLAGS, for services
 * behind a gateway that decides which traces are recorded.
 *
 * Libraries make the spans for SQL, Redis and outgoing calls, and only inside a span of ours, so that pollers make none.
 * packages/http and packages/events make the spans for requests and messages themselves: the libraries for those cost
 * more than half of the throughput, and give a batch of messages one wrong parent.
 */
import { basename } from 'node:path';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { observeProcess } from './process-metrics.ts';
import { openSampler } from './sampler.ts';
import { openSpanExporter } from './span-exporter.ts';
import { VIEWS } from './views.ts';

const { env } = process;
const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
const exporter = env.OTEL_TRACES_EXPORTER ?? (endpoint ? 'otlp' : 'none');
env.OTEL_SERVICE_NAME ??= basename(process.cwd());
env.OTEL_METRICS_EXPORTER ??= 'none';
env.OTEL_LOGS_EXPORTER ??= 'none';

function openExporter() {
  if (exporter !== 'otlp') throw new Error(`OTEL_TRACES_EXPORTER is otlp or none, not "${exporter}".`);
  return openSpanExporter(env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL);
}

// Without a processor the SDK makes no spans, and responses, events and log lines would have no trace id.
const discarding = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };

new NodeSDK({
  sampler: openSampler(env),
  ...(exporter === 'none' ? { spanProcessors: [discarding] } : { traceExporter: await openExporter() }),
  views: VIEWS,
  instrumentations: [
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    new IORedisInstrumentation({ requireParentSpan: true }),
    new RuntimeNodeInstrumentation({ monitoringPrecision: 20 }),
    new UndiciInstrumentation({ requireParentforSpans: true }),
  ],
}).start();
observeProcess();
