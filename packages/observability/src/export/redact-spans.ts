import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { redact } from '../redact.ts';

type EndedSpan = Pick<Parameters<SpanExporter['export']>[0][number], 'attributes' | 'events' | 'status'>;

/**
 * Makes an exporter redact every span: libraries that trace SQL, Redis and HTTP put URLs and the errors of others into
 * their spans.
 */
export function redactSpans(exporter: Pick<SpanExporter, 'export'>): void {
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => {
    for (const span of spans) redactSpan(span);
    send(spans, done);
  };
}

/** Changes the span itself: after its end only the exporter uses it. */
function redactSpan({ attributes, events, status }: EndedSpan): void {
  redactTexts(attributes);
  for (const event of events) redactTexts(event.attributes ?? {});
  if (status.message) status.message = redact(status.message);
}

function redactTexts(attributes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') attributes[name] = redact(value);
    if (Array.isArray(value))
      attributes[name] = value.map((each) => (typeof each === 'string' ? redact(each) : each));
  }
}
