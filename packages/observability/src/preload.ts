/**
 * Starts OpenTelemetry. Loaded with `node --import @tenfold/observability/preload`, since it must be there before the
 * libraries that it instruments. Everything is set by the standard OTEL_* variables
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 *
 * Spans for SQL, Redis and calls out are made by libraries, and only inside a span of ours, so that pollers make none.
 * Spans for HTTP requests and messages are made by hand (packages/http, packages/events): the libraries for those cost
 * more than half of the throughput, and give a batch of messages one wrong parent.
 */
import { basename } from 'node:path';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';

const { env } = process;
const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
const exporter = env.OTEL_TRACES_EXPORTER ?? (endpoint ? 'otlp' : 'none');
env.OTEL_SERVICE_NAME ??= basename(process.cwd());
env.OTEL_METRICS_EXPORTER ??= 'none';
env.OTEL_LOGS_EXPORTER ??= 'none';

// Without a processor the SDK makes no spans, and answers, events and log lines would have no trace id.
const nowhere = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };

new NodeSDK({
  ...(exporter === 'none' && { spanProcessors: [nowhere] }),
  instrumentations: [
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    new IORedisInstrumentation({ requireParentSpan: true }),
    new UndiciInstrumentation({ requireParentforSpans: true }),
  ],
}).start();
