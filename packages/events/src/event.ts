import type { EventType, Topic } from '@repo/contracts/event';
import { type TraceContext, traceparentOf } from '@repo/observability';
import { v7 as uuidv7 } from 'uuid';

/** An event that has yet to be published. */
export interface OutgoingEvent {
  /** Its identity, by which every inbox knows it. */
  id: string;
  topic: Topic;
  type: string;
  /** What it speaks of; also its key, so that events of one thing keep their order. */
  key: string;
  data: unknown;
  traceparent: string | null;
}

/** An event that has arrived, its data checked against the contract. Itself the cause of what is said in answer. */
export interface Message<Data = unknown> extends TraceContext {
  id: string;
  type: string;
  key: string;
  data: Data;
  /** When it was said. */
  occurredAt: Date;
}

/** Makes an event, to be returned to whoever appends it to the outbox. `cause` is the message or request behind it. */
export function newEvent<Data>(type: EventType<Data>, data: Data, cause: TraceContext): OutgoingEvent {
  return {
    id: uuidv7(),
    topic: type.topic,
    type: type.type,
    key: String(data[type.subject]),
    data,
    traceparent: cause.traceparent ?? traceparentOf() ?? null,
  };
}
