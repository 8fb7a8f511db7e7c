import type { z } from 'zod';

/** The topics, the same word as their owner's. `product.events` is owned by inventory, and compacted. */
export type Topic = 'order.events' | 'inventory.events' | 'payment.events' | 'product.events';

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
