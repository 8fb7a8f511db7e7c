import { isUtf8 } from 'node:buffer';
import type { EventType } from '@repo/contracts/event';
import type { Transaction } from '@repo/postgres';
import { z } from 'zod';
import type { Message, OutgoingEvent } from '../event.ts';
import { decodeHeaders } from '../kafka/cloud-event.ts';
import type { HeaderValue } from '../kafka/kafka.ts';
import { appendEvents } from '../outbox/outbox-store.ts';
import { type Claim, claimMessages } from './inbox-store.ts';

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
  { topic, headers, value }: { topic: string; headers: Record<string, HeaderValue>; value: Buffer | null },
  event: EventType,
): Message {
  // Who may write to one topic must not speak for the owner of another.
  if (topic !== event.topic)
    throw new Malformed(`It is on ${topic}, and its type belongs on ${event.topic}.`);
  try {
    return { ...decodeHeaders(headers), data: event.schema.parse(readJson(value)) };
  } catch (error) {
    throw error instanceof z.ZodError ? new Malformed(firstIssues(error)) : error;
  }
}

/** JSON is UTF-8 (RFC 8259, §8.1): with other bytes it would be something else than was said. */
function readJson(value: Buffer | null): unknown {
  if (value === null) throw new Malformed('There is no value.');
  if (!isUtf8(value)) throw new Malformed('The value is not UTF-8.');
  try {
    return JSON.parse(value.toString());
  } catch {
    throw new Malformed('The value is not JSON.');
  }
}

const MOST_ISSUES = 10;

/** Of a list with a thousand wrong members, the first few tell enough. */
function firstIssues({ issues }: z.ZodError): string {
  const more = issues.length > MOST_ISSUES ? `\n(and ${issues.length - MOST_ISSUES} more)` : '';
  return z.prettifyError(new z.ZodError(issues.slice(0, MOST_ISSUES))) + more;
}

/** What has become of some messages. */
export interface HandledMessages<Each> {
  /** Those that were new, and have had their effect. */
  fresh: Each[];
  /** Those that have to wait behind a dead letter of their aggregate. */
  waiting: Each[];
  /** Whether they made this service say something. */
  hasPublished: boolean;
}

/** Takes messages of one type: those that are new, and need not wait behind a dead letter, have their effect. */
export async function handleMessages<Each extends Message & Pick<Claim, 'aggregate'>>(
  tx: Transaction,
  messages: Each[],
  { handle }: Subscription,
): Promise<HandledMessages<Each>> {
  const { fresh, parked } = await claimMessages(tx, messages);
  // `delete` also tells whether it was there, so the second of two equal messages is left out.
  const unseen = messages.filter((message) => fresh.delete(message.id));
  const events = unseen.length > 0 ? await handle(tx, unseen) : [];
  await appendEvents(tx, events);
  const waiting = messages.filter(({ aggregate }) => aggregate !== null && parked.has(aggregate));
  return { fresh: unseen, waiting, hasPublished: events.length > 0 };
}
