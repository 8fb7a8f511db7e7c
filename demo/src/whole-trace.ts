import type { Span } from '@repo/stack';

/**
 * Whether a trace is complete: each span has its parent, and each event a consumer.
 *
 * @param hasEmail whether its last span is that of an e-mail
 */
export function isWhole(spans: Span[], hasEmail: boolean): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const parents = new Set(spans.map(({ parentSpanId }) => parentSpanId));
  const producer = 4;
  return (
    (!hasEmail || spans.some(({ name }) => name === 'send message')) &&
    spans.every(({ parentSpanId }) => parentSpanId === '' || ids.has(parentSpanId)) &&
    spans.every(({ kind, spanId }) => kind !== producer || parents.has(spanId))
  );
}
