import { TraceFlags } from '@opentelemetry/api';
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.ts';
import { temporalityOf } from '../temporality.ts';
import { openExporter } from './exporters.ts';
import { createLosses } from './losses.ts';
import { createQueue, type Queue } from './queue.ts';
import { redactSpans } from './redact-spans.ts';
import { readBatchSettings, readExportSettings, readMetricSettings } from './settings.ts';
import { watchExport } from './watch-export.ts';

/** Without a processor the SDK makes no spans, and responses, events and log lines would have no trace id. */
const discarding: SpanProcessor = {
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Opens the processor of spans: exporting if there is an endpoint for traces, else discarding. */
export async function openSpanProcessor(env: NodeJS.ProcessEnv, log: Logger): Promise<SpanProcessor> {
  const settings = readExportSettings('traces', env);
  if (!settings) return discarding;
  const losses = createLosses('traces', log);
  const batch = readBatchSettings('OTEL_BSP', env);
  const queue = createQueue(batch.maxQueueSize, () => losses.lose(1));
  const exporter = await openExporter('traces', settings);
  redactSpans(exporter);
  watchExport(exporter, { ...settings, losses, count: (spans) => spans.length });
  leaveOnExport(queue, exporter);
  const processor = new BatchSpanProcessor({ exporter, ...batch });
  const add = processor.onEnd.bind(processor);
  processor.onEnd = (span) => {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED && queue.enter()) add(span);
  };
  return processor;
}

/** Opens the processor of log records, if there is an endpoint for logs. */
export async function openLogProcessors(env: NodeJS.ProcessEnv, log: Logger): Promise<LogRecordProcessor[]> {
  const settings = readExportSettings('logs', env);
  if (!settings) return [];
  const losses = createLosses('logs', log);
  const batch = readBatchSettings('OTEL_BLRP', env);
  const queue = createQueue(batch.maxQueueSize, () => losses.lose(1));
  const exporter = await openExporter('logs', settings);
  watchExport(exporter, { ...settings, losses, count: (records) => records.length });
  leaveOnExport(queue, exporter);
  const processor = new BatchLogRecordProcessor({ exporter, ...batch });
  const add = processor.onEmit.bind(processor);
  processor.onEmit = (record) => {
    if (queue.enter()) add(record);
  };
  return [processor];
}

/** By then a process has begun to observe itself, and has connected to nothing yet. */
const FIRST_EXPORT_MS = 1_000;

/**
 * Opens the reader that exports metrics at intervals, if there is an endpoint for them. The first export is soon after the
 * start: otherwise a process that crashes again and again before its first interval has passed would leave no metric.
 */
export async function openMetricReaders(
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<PeriodicExportingMetricReader[]> {
  const settings = readExportSettings('metrics', env);
  if (!settings) return [];
  const losses = createLosses('metrics', log);
  const { intervalMs, timeoutMs } = readMetricSettings(settings, env);
  const exporter = await openExporter('metrics', { ...settings, timeoutMs });
  exporter.selectAggregationTemporality = temporalityOf;
  watchExport(exporter, { losses, timeoutMs, count: countPoints });
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMs,
  });
  setTimeout(() => reader.forceFlush().catch(() => {}), FIRST_EXPORT_MS).unref();
  return [reader];
}

function leaveOnExport<Item, Done>(
  queue: Queue,
  exporter: { export(items: Item[], done: Done): void },
): void {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) => {
    queue.leave(items.length);
    send(items, done);
  };
}

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((points, { dataPoints }) => points + dataPoints.length, 0);
}
