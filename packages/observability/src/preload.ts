/**
 * Starts OpenTelemetry. Loaded with `node --import @repo/observability/preload`, because it must run before the
 * libraries that it instruments. The standard OTEL_* variables configure it
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). A signal is exported when an
 * endpoint is set; the exporter is otlp or none, because what leaves the process is redacted before. One variable is our
 * own: TRUST_TRACE_FLAGS, for services behind a gateway that decides which traces are recorded.
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
import { startLineExport } from './export/export-lines.ts';
import { openLogProcessors, openMetricReaders, openSpanProcessor } from './export/processors.ts';
import { openResource } from './export/resource.ts';
import { logSdkMessages } from './export/sdk-messages.ts';
import { createLocalLogger } from './log.ts';
import { openSampler } from './sampler.ts';
import { VIEWS } from './views.ts';

const { env } = process;
const service = env.OTEL_SERVICE_NAME || basename(process.cwd());
const log = createLocalLogger(service, env.LOG_LEVEL);
logSdkMessages(log, env);
const logRecordProcessors = await openLogProcessors(env, log);

new NodeSDK({
  resource: openResource(service, env),
  autoDetectResources: false,
  sampler: openSampler(env),
  spanProcessors: [await openSpanProcessor(env, log)],
  metricReaders: await openMetricReaders(env, log),
  logRecordProcessors,
  views: VIEWS,
  instrumentations: [
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    new IORedisInstrumentation({ requireParentSpan: true }),
    new RuntimeNodeInstrumentation({ monitoringPrecision: 20 }),
    new UndiciInstrumentation({ requireParentforSpans: true }),
  ],
}).start();
if (logRecordProcessors.length > 0) startLineExport();
