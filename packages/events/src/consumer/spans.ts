import {
  failSpan,
  inContextOfFirst,
  isSampled,
  type Logger,
  type Span,
  SpanKind,
  startSpan,
  traceFieldsOf,
  traceparentOf,
} from '@repo/observability';
import type { Message } from '../event.ts';

interface Processing<Each> {
  message: Each;
  span?: Span;
}

/**
 * Processes messages and logs each. Every sampled message has a span, a child of the span that sent it. The messages
 * share their SQL statements, whose spans are children of the first message's span, if that is sampled. The first sampled
 * span links to the others.
 * (OpenTelemetry semantic conventions for messaging: batch processing)
 *
 * @param work returns the messages that were new as `processed`
 */
export async function processInSpans<Each extends Message, Result extends { processed: Each[] }>(
  messages: Each[],
  log: Logger,
  work: (messages: Each[]) => Promise<Result>,
): Promise<Result> {
  const [first, ...others] = messages.filter(isSampled);
  const processing: Processing<Each>[] = messages.map((message) =>
    isSampled(message) ? startProcessing(message, message === first ? others : []) : { message },
  );
  const spans = processing.flatMap(({ span }) => span ?? []);
  try {
    const traced = processing.map(({ message }) => message);
    const result = await inContextOfFirst(traced, () => work(traced));
    const processed = new Set(result.processed);
    for (const message of traced) logProcessed(log, message, processed.has(message));
    return result;
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

function logProcessed(log: Logger, message: Message, isNew: boolean): void {
  const { type, key, id } = message;
  const delayMs = Date.now() - message.occurredAt.getTime();
  log.info({ ...traceFieldsOf(message), type, key, id, delayMs, repeated: !isNew }, 'event processed');
}
