import type { EventType } from '@tenfold/contracts/event';
import type { Transaction } from '@tenfold/postgres';
import { z } from 'zod';
import { decodeHeaders } from './cloud-event.ts';
import type { Message, OutgoingEvent } from './event.ts';
import { claimMessages } from './inbox.ts';
import type { ReceivedRecord } from './kafka.ts';
import { appendEvents } from './outbox.ts';

/**
 * What a service does when it hears some events of one type. It is handed the transaction in which they are new, and
 * answers what it says in turn; both are committed together, so it is correct when a message comes twice without
 * knowing the word idempotent. It writes to its own database and does nothing else.
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

/** A record that is not what the contract says. */
export class Malformed extends Error {
  override name = 'Malformed';
}

/**
 * Reads a record as a message, its data checked against the contract.
 *
 * @throws Malformed, in words that hold nothing of what the record says
 */
export function readMessage(
  { headers, value }: Pick<ReceivedRecord, 'headers' | 'value'>,
  event: EventType,
): Message {
  try {
    return { ...decodeHeaders(headers), data: event.schema.parse(JSON.parse(value)) };
  } catch (error) {
    throw new Malformed(error instanceof z.ZodError ? z.prettifyError(error) : 'The value is not JSON.');
  }
}

/** Takes in messages of one type: those that are new have their effect. Answers which those were. */
export async function takeMessages<Taken extends Message>(
  tx: Transaction,
  messages: Taken[],
  { handle }: Subscription,
): Promise<Taken[]> {
  const fresh = await claimMessages(
    tx,
    messages.map((message) => message.id),
  );
  // `delete` also tells whether it was there, so the second of two equal messages is left out.
  const unseen = messages.filter((message) => fresh.delete(message.id));
  if (unseen.length > 0) await appendEvents(tx, await handle(tx, unseen));
  return unseen;
}
