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

/** Version 00 has four fields; a higher one may have more after them; ff is none. No id is all zeros. */
const TRACEPARENT =
  /^(?!ff)(?:00(?=-.{52}$)|(?!00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/s;
const tracer = trace.getTracer(project.name);

/**
 * Where a request, an event or a row that waits was caused, absent (in a row null) when nothing traced it: a `traceparent`, and behind a
 * space the `tracestate` that came with it. One text, so that whatever waits in a row hands on both.
 */
export interface TraceContext {
  traceparent?: string | null | undefined;
}

/** The headers of W3C Trace Context, §3. */
interface TraceHeaders {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

/** The cause that the headers of a request or an event name; none where they are absent or malformed. */
export function causeOf({ traceparent, tracestate }: TraceHeaders): { traceparent?: string } {
  const [parent] = (traceparent ?? '').split(' ');
  const spanContext = parse(tracestate ? `${parent} ${tracestate}` : parent);
  return spanContext ? { traceparent: format(spanContext) } : {};
}

/** The headers by which a cause is handed on. */
export function traceHeadersOf({ traceparent }: TraceContext): { traceparent?: string; tracestate?: string } {
  const [parent, ...state] = (traceparent ?? '').split(' ');
  return { ...(parent && { traceparent: parent }), ...(state.length > 0 && { tracestate: state.join(' ') }) };
}

/**
 * Reads a `traceparent` of any version by its first four fields (W3C Trace Context, §3.2.4). Nothing else here looks
 * at its text, and what is handed on is always of version 00.
 *
 * @returns undefined for one that is absent or malformed
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
 * The context that a cause names (W3C Trace Context, §3.2): spans started in it continue that trace. One that is absent
 * or malformed starts a new trace, as the specification asks.
 */
export function contextOf({ traceparent }: TraceContext): Context {
  const spanContext = parse(traceparent);
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

/** What to hand on from a span as a cause; the active one unless told. Undefined where nothing is traced. */
export function traceparentOf(span: Span | undefined = trace.getActiveSpan()): string | undefined {
  const spanContext = span?.spanContext();
  return spanContext && trace.isSpanContextValid(spanContext) ? format(spanContext) : undefined;
}

function format({ traceId, spanId, traceFlags, traceState }: SpanContext): string {
  const state = traceState?.serialize();
  return `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}${state ? ` ${state}` : ''}`;
}

/** Whether the trace that a `traceparent` belongs to is recorded. */
export function isSampled({ traceparent }: TraceContext): boolean {
  return parse(traceparent)?.traceFlags === TraceFlags.SAMPLED;
}

/** The trace id of a `traceparent`, to stand in a log line or an error. */
export function traceIdOf({ traceparent }: TraceContext): string | undefined {
  return parse(traceparent)?.traceId;
}

export interface SpanOptions {
  kind?: SpanKind;
  /** What caused it; the active span unless told. */
  parent?: TraceContext;
  /** Whether the parent is a stranger's: its trace goes on, and whether it is recorded is for our sampler to decide. */
  isFromStranger?: boolean;
  attributes?: Attributes;
  /** Other spans that this one does the work of. */
  links?: TraceContext[];
  startTime?: TimeInput;
}

/** Starts a span that its caller ends. */
export function startSpan(name: string, options: SpanOptions = {}): Span {
  const { parent, isFromStranger = false, links = [], ...rest } = options;
  const within = parent ? contextOf(parent) : context.active();
  return tracer.startSpan(
    name,
    { ...rest, links: links.map(asLink).filter((link) => link !== undefined) },
    isFromStranger ? fromStranger(within) : within,
  );
}

const FROM_STRANGER = createContextKey('from a stranger');

/** A context whose span is a stranger's. */
export function fromStranger(within: Context): Context {
  return within.setValue(FROM_STRANGER, true);
}

/** For the sampler: whether the parent of the span that is about to start is a stranger's. */
export function isFromStranger(within: Context): boolean {
  return within.getValue(FROM_STRANGER) === true;
}

function asLink(cause: TraceContext): Link | undefined {
  const spanContext = trace.getSpanContext(contextOf(cause));
  return spanContext && { context: spanContext };
}

/** Runs `work` in a span of its own, which ends with it and notes the error that it throws. */
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

/** Notes an error in a span, without the secrets that its words may hold. The caller still ends it. */
export function failSpan(span: Span, error: unknown): void {
  const { type, message, stack } = safeError(error);
  span.recordException({ name: type, message, ...(stack && { stack }) });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/**
 * Runs work that is done for several causes at once, in the context of the first of them, if that is sampled: so the
 * trace of an order that travels alone has no gap. (In the context of any that is, a tenth of the traces would be most
 * of the statements of a system whose batches are large.)
 */
export function inContextOfFirst<Result>(causes: TraceContext[], work: () => Result): Result {
  return context.with(contextOf(causes.slice(0, 1).find(isSampled) ?? {}), work);
}

/** Sends what has been recorded. To be called before the process ends. */
export async function flushTelemetry(): Promise<void> {
  const provider = trace.getTracerProvider() as { getDelegate?: () => { forceFlush?: () => Promise<void> } };
  await provider.getDelegate?.().forceFlush?.();
}
