/** What OpenTelemetry calls a signal: each is exported on its own. */
export type Signal = 'traces' | 'metrics' | 'logs';

export interface ExportSettings {
  signal: Signal;
  /** grpc, http/json or http/protobuf. */
  protocol: string;
  /** How long one export may take, with its retries. */
  timeoutMs: number;
}

/** The specification has 10 s. A shorter one bounds what waits in memory behind a slow collector. */
const TIMEOUT_MS = 5_000;

/**
 * Reads where a signal is exported, from the variables of OpenTelemetry's specification
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). It is exported when its endpoint or the common one is
 * set, or when its exporter is `otlp`.
 *
 * @returns undefined when it is not exported
 * @throws Error for an exporter other than otlp and none: lines and spans are redacted on the way to these only
 */
export function readExportSettings(signal: Signal, env: NodeJS.ProcessEnv): ExportSettings | undefined {
  const ofSignal = (name: string) =>
    env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`] || env[`OTEL_EXPORTER_OTLP_${name}`];
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const exporter = env[variable] || (ofSignal('ENDPOINT') ? 'otlp' : 'none');
  if (exporter === 'none' || env.OTEL_SDK_DISABLED === 'true') return undefined;
  if (exporter !== 'otlp') throw new Error(`${variable} is otlp or none, not "${exporter}".`);
  return {
    signal,
    protocol: ofSignal('PROTOCOL') || 'http/protobuf',
    timeoutMs: positive('OTEL_EXPORTER_OTLP_TIMEOUT', ofSignal('TIMEOUT')) ?? TIMEOUT_MS,
  };
}

export interface BatchSettings {
  maxQueueSize: number;
  maxExportBatchSize: number;
  scheduledDelayMillis: number;
}

/**
 * Reads the settings of a batch processor: `OTEL_BSP` for spans, `OTEL_BLRP` for log records. The defaults are the
 * specification's.
 */
export function readBatchSettings(prefix: 'OTEL_BSP' | 'OTEL_BLRP', env: NodeJS.ProcessEnv): BatchSettings {
  const read = (name: string) => positive(`${prefix}_${name}`, env[`${prefix}_${name}`]);
  const maxQueueSize = read('MAX_QUEUE_SIZE') ?? 2_048;
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(read('MAX_EXPORT_BATCH_SIZE') ?? 512, maxQueueSize),
    scheduledDelayMillis: read('SCHEDULE_DELAY') ?? (prefix === 'OTEL_BSP' ? 5_000 : 1_000),
  };
}

/** The specification has 60 s: too long for an alert on a burn rate over five minutes. */
const METRIC_INTERVAL_MS = 10_000;

/** Reads how often metrics are exported. An export ends before the next one begins. */
export function readMetricSettings(
  { timeoutMs }: ExportSettings,
  env: NodeJS.ProcessEnv,
): { intervalMs: number; timeoutMs: number } {
  const read = (name: string) => positive(name, env[name]);
  const intervalMs = read('OTEL_METRIC_EXPORT_INTERVAL') ?? METRIC_INTERVAL_MS;
  return {
    intervalMs,
    timeoutMs: Math.min(read('OTEL_METRIC_EXPORT_TIMEOUT') ?? timeoutMs, timeoutMs, intervalMs),
  };
}

function positive(variable: string, text: string | undefined): number | undefined {
  if (!text) return undefined;
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0))
    throw new Error(`${variable} is a number above 0, not "${text}".`);
  return value;
}
