import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import project from '@repo/project' with { type: 'json' };
import { safeError } from './safe-error.ts';

export { type Context, context, type Span, SpanKind } from '@opentelemetry/api';

/** Version 00 has four fields; a higher version may have more after them; ff is invalid. No id is all zeros. */
const TRACEPARENT =
  /^(?!ff)(?:00(?=-.{52}$)|(?!00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/s;
const tracer = trace.getTracer(project.name);

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

export interface SpanOptions {
  kind?: SpanKind;
  /** By default the active span. */
  parent?: TraceContext;
  /** Whether the parent comes from an untrusted caller: the trace continues, and our sampler decides whether it is recorded. */
  isUntrusted?: boolean;
  attributes?: Attributes;
  /** Other spans whose work this span does. */
  links?: TraceContext[];
  startTime?: TimeInput;
}

/** Starts a span that its caller ends. */
export function startSpan(name: string, options: SpanOptions = {}): Span {
  const { parent, isUntrusted = false, links = [], ...rest } = options;
  const within = parent ? contextOf(parent) : context.active();
  return tracer.startSpan(
    name,
    { ...rest, links: links.map(asLink).filter((link) => link !== undefined) },
    isUntrusted ? markUntrusted(within) : within,
  );
}

const UNTRUSTED = createContextKey('the parent is untrusted');

/** Marks the span of a context as an untrusted caller's. */
export function markUntrusted(within: Context): Context {
  return within.setValue(UNTRUSTED, true);
}

/** For the sampler: whether the parent of the new span is an untrusted caller's. */
export function isUntrusted(within: Context): boolean {
  return within.getValue(UNTRUSTED) === true;
}

function asLink(traceContext: TraceContext): Link | undefined {
  const spanContext = trace.getSpanContext(contextOf(traceContext));
  return spanContext && { context: spanContext };
}

/** Runs `work` in a span of its own, which ends with it and records its error. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  const span = startSpan(name, options);
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Records an error in a span, redacted. The caller ends the span. */
export function failSpan(span: Span, error: unknown): void {
  const { type, message, stack } = safeError(error);
  span.recordException({ name: type, message, ...(stack && { stack }) });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/**
 * Runs the work of a batch in the trace context of its first item, if that is sampled: so the trace of an item that is
 * processed alone has no gap. (In the context of any sampled item, a tenth of the traces would record most of the
 * statements of a system with large batches.)
 */
export function inContextOfFirst<Result>(items: TraceContext[], work: () => Result): Result {
  return context.with(contextOf(items.slice(0, 1).find(isSampled) ?? {}), work);
}

/** Exports the recorded spans. To be called before the process ends. */
export async function flushTelemetry(): Promise<void> {
  const provider = trace.getTracerProvider() as { getDelegate?: () => { forceFlush?: () => Promise<void> } };
  await provider.getDelegate?.().forceFlush?.();
}
