import { type Attribute, type Resource, readAttributes, serviceOf } from './otlp.ts';

/** A finished span, reduced to the fields that are shown. */
export type Span = {
  traceId: string;
  spanId: string;
  /** Empty for the root. */
  parentSpanId: string;
  service: string;
  name: string;
  /** As in OTLP: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startMs: number;
  durationMs: number;
  failed: boolean;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
};

type OtlpSpan = Pick<Span, 'traceId' | 'spanId' | 'name' | 'kind'> & {
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
  attributes?: Attribute[];
  links?: { traceId: string; spanId: string }[];
};

export type OtlpSpans = {
  resourceSpans?: { resource?: Resource; scopeSpans?: { spans?: OtlpSpan[] }[] }[];
};

/** Reads an export of spans in OTLP/JSON. Throws an Error for a malformed one, as a whole. */
export function readSpans({ resourceSpans = [] }: OtlpSpans): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = serviceOf(resource);
    // Without an id it would be its own parent.
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.filter(({ spanId }) => spanId).map((span) => readSpan(span, service)),
    );
  });
}

function readSpan(span: OtlpSpan, service: string): Span {
  const error = 2;
  return {
    traceId: String(span.traceId),
    spanId: String(span.spanId),
    parentSpanId: span.parentSpanId ?? '',
    service,
    name: String(span.name ?? ''),
    kind: span.kind,
    startMs: millis(span.startTimeUnixNano),
    durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
    failed: span.status?.code === error,
    attributes: readAttributes(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  };
}

/** With the fraction: a Number cannot hold nanoseconds since 1970, so its two parts are converted separately. */
function millis(nanos: string): number {
  const whole = BigInt(nanos);
  return Number(whole / 1_000_000n) + Number(whole % 1_000_000n) / 1e6;
}
