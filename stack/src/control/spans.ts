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

type Value = Record<string, unknown> | null;
type Attribute = { key: string; value: Value };
type OtlpSpan = Pick<Span, 'traceId' | 'spanId' | 'name' | 'kind'> & {
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
  attributes?: Attribute[];
  links?: { traceId: string; spanId: string }[];
};
export type Otlp = {
  resourceSpans?: { resource?: { attributes?: Attribute[] }; scopeSpans?: { spans?: OtlpSpan[] }[] }[];
};

/** Keeps the newest spans in memory; when there are too many, the oldest traces are forgotten. */
export function openSpanStore(limit = 20_000) {
  const traces = new Map<string, Span[]>();
  let count = 0;

  function add(span: Span): void {
    const trace = traces.get(span.traceId);
    if (trace) trace.push(span);
    else traces.set(span.traceId, [span]);
    count++;
    while (count > limit) forgetOldest();
  }

  function forgetOldest(): void {
    const [oldest] = traces;
    if (!oldest) return;
    traces.delete(oldest[0]);
    count -= oldest[1].length;
  }

  return {
    /** Stores an export of OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/). */
    receive: (otlp: Otlp) => spansOf(otlp).forEach(add),
    /** The spans of a trace so far, by their start. */
    spans: (traceId: string) => (traces.get(traceId) ?? []).toSorted((a, b) => a.startMs - b.startMs),
  };
}

export type SpanStore = ReturnType<typeof openSpanStore>;

function spansOf({ resourceSpans = [] }: Otlp): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = String(readAttributes(resource?.attributes)['service.name'] ?? 'unknown');
    // Without an id it would be its own parent.
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.filter(({ spanId }) => spanId).map((span) => readSpan(span, service)),
    );
  });
}

function readSpan(span: OtlpSpan, service: string): Span {
  const error = 2;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
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

function readAttributes(attributes: Attribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value ?? {})[0]]));
}
