import type { Transaction } from '@repo/postgres';
import type { Message, OutgoingEvent } from '../event.ts';
import type { EventType } from '../event-type.ts';
import { appendEvents } from '../outbox/outbox-store.ts';
import { type InboxMessage, insertMessages } from './inbox-store.ts';

/**
 * Handles events of one type. The handler receives the transaction in which their inbox rows are inserted, and returns
 * events; all is committed together. Handlers need no idempotency code: duplicates never reach them. A handler writes to
 * its own database and does nothing else.
 */
export type Handler<Data> = (tx: Transaction, messages: Message<Data>[]) => Promise<OutgoingEvent[]>;

export interface Subscription {
  event: EventType<unknown>;
  handle: Handler<unknown>;
}

/** Binds an event to the use case that it triggers. */
export function subscribe<Data>(event: EventType<Data>, handle: Handler<Data>): Subscription {
  return { event, handle } as Subscription;
}

export interface HandledMessages<Each> {
  /** The messages that were new and took effect. */
  processed: Each[];
  /** The messages that must wait behind a dead letter of their aggregate. */
  blocked: Each[];
  /** Whether the handler returned events. */
  hasPublished: boolean;
}

/** Handles messages of one type: those that are new, and are not blocked by a dead letter, take effect. */
export async function handleMessages<Each extends Message & InboxMessage>(
  tx: Transaction,
  messages: Each[],
  { handle }: Subscription,
): Promise<HandledMessages<Each>> {
  const { newIds, parked } = await insertMessages(tx, messages);
  // `delete` returns whether the id was there: of two messages with one id, only the first is processed.
  const processed = messages.filter(({ id }) => newIds.delete(id));
  const events = processed.length > 0 ? await handle(tx, processed) : [];
  await appendEvents(tx, events);
  const blocked = messages.filter(({ aggregate }) => aggregate !== null && parked.has(aggregate));
  return { processed, blocked, hasPublished: events.length > 0 };
}
