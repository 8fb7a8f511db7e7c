import {
  failSpan,
  inContextOfFirst,
  isSampled,
  type Logger,
  type Span,
  SpanKind,
  startSpan,
  traceIdOf,
  traceparentOf,
} from '@repo/observability';
import type { Message } from '../event.ts';

interface Processing<Each> {
  message: Each;
  span?: Span;
}

/**
 * Processes messages and logs each, every sampled one in a span of its own, child of the span that sent it. Their
 * statements are shared: they hang from the span of the first message, where that is sampled. The first span links to the
 * others.
 * (OpenTelemetry semantic conventions for messaging: batch processing)
 *
 * @param work answers the messages that were new
 */
export async function processInSpans<Each extends Message>(
  messages: Each[],
  log: Logger,
  work: (messages: Each[]) => Promise<Each[]>,
): Promise<void> {
  const [first, ...others] = messages.filter(isSampled);
  const processing: Processing<Each>[] = messages.map((message) =>
    isSampled(message) ? startProcessing(message, message === first ? others : []) : { message },
  );
  const spans = processing.flatMap(({ span }) => span ?? []);
  try {
    const traced = processing.map(({ message }) => message);
    const fresh = new Set(await inContextOfFirst(traced, () => work(traced)));
    for (const message of traced) logProcessed(log, message, fresh.has(message));
  } catch (error) {
    for (const span of spans) failSpan(span, error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

function startProcessing<Each extends Message>(message: Each, links: Each[]): Processing<Each> {
  const span = startSpan(`process ${message.type}`, {
    kind: SpanKind.CONSUMER,
    parent: message,
    links,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'process',
      'messaging.message.id': message.id,
    },
  });
  return { message: { ...message, traceparent: traceparentOf(span) }, span };
}

function logProcessed(log: Logger, message: Message, fresh: boolean): void {
  const { type, key, id } = message;
  const delayMs = Date.now() - message.occurredAt.getTime();
  log.info({ traceId: traceIdOf(message), type, key, id, delayMs, repeated: !fresh }, 'event processed');
}
