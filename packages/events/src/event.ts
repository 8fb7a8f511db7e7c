import { type TraceContext, traceparentOf } from '@repo/observability';
import { v7 as uuidv7 } from 'uuid';
import type { EventType, Topic } from './event-type.ts';

/** An event that has not been published yet. */
export interface OutgoingEvent {
  /** The event's identity: each inbox recognises it by this. */
  id: string;
  topic: Topic;
  type: string;
  /** The key of the record too: Kafka keeps the events of one key in order. */
  key: string;
  data: unknown;
  traceparent: string | null;
}

/** An event that was received, its data checked against the contract. It is the trace context of the events it causes. */
export interface Message<Data = unknown> extends TraceContext {
  id: string;
  type: string;
  key: string;
  data: Data;
  /** When its publisher appended it to the outbox. */
  occurredAt: Date;
}

/**
 * Creates an event. A use case returns it, and its caller appends it to the outbox.
 *
 * @param parent the message or request that caused the event
 */
export function newEvent<Data>(type: EventType<Data>, data: Data, parent: TraceContext): OutgoingEvent {
  return {
    id: uuidv7(),
    topic: type.topic,
    type: type.type,
    key: String(data[type.subject]),
    data,
    traceparent: parent.traceparent ?? traceparentOf() ?? null,
  };
}
