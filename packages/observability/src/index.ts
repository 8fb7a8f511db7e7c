export { type Alarm, createAlarm } from './alarm.ts';
export { flushTelemetry } from './export/flush.ts';
export {
  counter,
  type Definition,
  DURATION_BUCKETS,
  gauge,
  histogram,
  type Instrument,
  instruments,
  observedCounter,
  ownName,
  secondsBetween,
} from './instruments.ts';
export { createLogger, type Logger } from './log.ts';
export { observeProcess } from './process-metrics.ts';
export { redact } from './redact.ts';
export { refreshed } from './refreshed.ts';
export { errorText } from './safe-error.ts';
export {
  type Context,
  context,
  failSpan,
  inContextOfFirst,
  inSpan,
  type Span,
  SpanKind,
  type SpanOptions,
  startSpan,
} from './spans.ts';
export {
  contextOf,
  isSampled,
  type TraceContext,
  traceContextOf,
  traceFieldsOf,
  traceHeadersOf,
  traceIdOf,
  traceparentOf,
} from './trace-context.ts';
