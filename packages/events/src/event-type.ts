import type { z } from 'zod';

/** A topic: `<owner>.events`, after the service or the noun that owns it. */
export type Topic = `${string}.events`;

/** One type of event: its topic, the field of its data that is the key, and the schema of its data. */
export interface EventType<Data = unknown> {
  type: string;
  topic: Topic;
  /** The field of the data that is the event's key: events of one key keep their order. */
  subject: keyof Data & string;
  schema: z.ZodType<Data>;
}

/** The data of an event of this type. */
export type DataOf<Type> = Type extends EventType<infer Data> ? Data : never;

/**
 * Declares an event. Its schema is open on purpose: a consumer ignores fields that it does not know, so a publisher may
 * add fields. To remove a field, or to change its meaning, declare a new type of event.
 */
export function defineEvent<Data>(event: EventType<Data>): EventType<Data> {
  return event;
}
