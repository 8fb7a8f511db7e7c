import { encodeEvent, type KafkaRecord, newEvent } from '@repo/events';
import type { EventType, Topic } from '@repo/events/event-type';
import { serviceNames, services } from '@repo/stack/topology';

/** An event as Kafka carries it, with its topic. */
export interface EventRecord extends KafkaRecord {
  topic: Topic;
}

export interface RecordOptions {
  /** The event's identity; a new one by default. Publishing the same id twice is a redelivery. */
  id?: string;
  traceparent?: string;
  at?: Date;
}

/** Builds an event as its publisher would. */
export function eventRecord<Data>(
  type: EventType<Data>,
  data: NoInfer<Data>,
  { id, traceparent, at = new Date() }: RecordOptions = {},
): EventRecord {
  const event = newEvent(type, data, { traceparent });
  const owner = serviceNames.find((name) => services[name].publishes.includes(type.topic));
  const row = {
    ...event,
    id: id ?? event.id,
    data: JSON.stringify(data),
    position: 0,
    createdAt: at,
  };
  return { topic: type.topic, ...encodeEvent(row, owner ?? 'test') };
}
