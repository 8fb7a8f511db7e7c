import type { z } from 'zod';

/** A topic: the word of its owner, but for `product.events`, which inventory owns, and which is compacted. */
export type Topic = `${string}.events`;

/** One type of event: where it is published, what identifies the thing that it speaks of, and what it says. */
export interface EventType<Data = unknown> {
  type: string;
  topic: Topic;
  /** The field of the data that is the event's key: events of one key keep their order. */
  subject: keyof Data & string;
  schema: z.ZodType<Data>;
}

/** What an event of this type says. */
export type DataOf<Type> = Type extends EventType<infer Data> ? Data : never;

/**
 * Declares an event. Its schema is open on purpose: a consumer ignores fields that it does not know, so that a
 * publisher may add some. To take one away, or to change its meaning, is a new type of event.
 */
export function defineEvent<Data>(event: EventType<Data>): EventType<Data> {
  return event;
}
