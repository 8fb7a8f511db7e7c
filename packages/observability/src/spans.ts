import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Link,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type TimeInput,
  trace,
} from '@opentelemetry/api';
import project from '@repo/project' with { type: 'json' };
import { safeError } from './safe-error.ts';
import { contextOf, isSampled, type TraceContext } from './trace-context.ts';

export { type Context, context, type Span, SpanKind } from '@opentelemetry/api';

const tracer = trace.getTracer(project.name);

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
