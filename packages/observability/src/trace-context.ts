import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

/** Version 00 has four fields; a higher version may have more after them; ff is invalid. No id is all zeros. */
const TRACEPARENT =
  /^(?!ff)(?:00(?=-.{52}$)|(?!00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/s;

/**
 * The span that caused a request, an event or a row: a `traceparent` and, after a space, its `tracestate`. One text, so
 * that a row keeps both in one column. Absent (in a row null) when the cause was not traced.
 */
export interface TraceContext {
  traceparent?: string | null | undefined;
}

/** The headers of W3C Trace Context, §3. */
interface TraceHeaders {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

/** Reads the trace context from the headers of a request or an event; empty if they are absent or malformed. */
export function traceContextOf({ traceparent, tracestate }: TraceHeaders): { traceparent?: string } {
  const [parent] = (traceparent ?? '').split(' ');
  const spanContext = parse(tracestate ? `${parent} ${tracestate}` : parent);
  return spanContext ? { traceparent: format(spanContext) } : {};
}

/** The headers that propagate a trace context. */
export function traceHeadersOf({ traceparent }: TraceContext): { traceparent?: string; tracestate?: string } {
  const [parent, ...state] = (traceparent ?? '').split(' ');
  return { ...(parent && { traceparent: parent }), ...(state.length > 0 && { tracestate: state.join(' ') }) };
}

/**
 * Reads a `traceparent` of any version by its first four fields (W3C Trace Context, §3.2.4). Only this function reads
 * its text, and the propagated `traceparent` always has version 00.
 *
 * @returns undefined if it is absent or malformed
 */
function parse(text: string | null | undefined): SpanContext | undefined {
  const { traceparent = '', tracestate } = traceHeadersOf({ traceparent: text });
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const traceState = tracestate && { traceState: createTraceState(tracestate) };
  return { traceId, spanId, traceFlags, isRemote: true, ...traceState };
}

/**
 * The OpenTelemetry context of a trace context (W3C Trace Context, §3.2): spans started in it continue that trace. An
 * absent or malformed one starts a new trace, as the specification asks.
 */
export function contextOf({ traceparent }: TraceContext): Context {
  const spanContext = parse(traceparent);
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

/** The `traceparent` that propagates a span, by default the active span. Undefined if there is no valid span. */
export function traceparentOf(span: Span | undefined = trace.getActiveSpan()): string | undefined {
  const spanContext = span?.spanContext();
  return spanContext && trace.isSpanContextValid(spanContext) ? format(spanContext) : undefined;
}

function format({ traceId, spanId, traceFlags, traceState }: SpanContext): string {
  const state = traceState?.serialize();
  return `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}${state ? ` ${state}` : ''}`;
}

/** Whether the trace of a `traceparent` is recorded. */
export function isSampled({ traceparent }: TraceContext): boolean {
  return parse(traceparent)?.traceFlags === TraceFlags.SAMPLED;
}

/** The trace id of a `traceparent`, for the body of an error. */
export function traceIdOf({ traceparent }: TraceContext): string | undefined {
  return parse(traceparent)?.traceId;
}

/**
 * The fields of a log line that name its span, as OpenTelemetry names them in JSON
 * (https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/).
 */
export interface TraceFields {
  trace_id?: string;
  span_id?: string;
  /** `01` if the trace is recorded, else `00`. */
  trace_flags?: string;
}

/** The fields of a log line about a request, an event or a row: empty if its cause was not traced. */
export function traceFieldsOf({ traceparent }: TraceContext): TraceFields {
  const spanContext = parse(traceparent);
  return spanContext ? asFields(spanContext) : {};
}

/** The fields of a log line that is written in the active span. */
export function activeTraceFields(): TraceFields {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext && trace.isSpanContextValid(spanContext) ? asFields(spanContext) : {};
}

function asFields({ traceId, spanId, traceFlags }: SpanContext): TraceFields {
  return { trace_id: traceId, span_id: spanId, trace_flags: traceFlags & TraceFlags.SAMPLED ? '01' : '00' };
}
