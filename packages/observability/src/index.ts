export { flushTelemetry } from './export/flush.ts';
export { createLogger, type Logger } from './log.ts';
export { type Alarm, counter, createAlarm, gauge, ownName } from './metrics.ts';
export { redact } from './redact.ts';
export { errorText } from './safe-error.ts';
export {
  type Context,
  context,
  contextOf,
  failSpan,
  inContextOfFirst,
  inSpan,
  isSampled,
  type Span,
  SpanKind,
  type SpanOptions,
  startSpan,
  type TraceContext,
  traceContextOf,
  traceFieldsOf,
  traceHeadersOf,
  traceIdOf,
  traceparentOf,
} from './trace.ts';
