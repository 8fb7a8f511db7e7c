import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { Message } from '../event.ts';
import type { EventType } from '../event-type.ts';
import { decodeHeaders } from '../kafka/cloud-event.ts';
import type { HeaderValue } from '../kafka/kafka.ts';

/** A record that does not follow its contract. */
export class Malformed extends Error {
  override name = 'Malformed';
}

/**
 * Reads a record as a message, its data checked against the contract.
 *
 * @throws Malformed, with a text that contains nothing of the record's data
 */
export function readMessage(
  { topic, headers, value }: { topic: string; headers: Record<string, HeaderValue>; value: Buffer | null },
  event: EventType,
): Message {
  // A client that may write to one topic must not publish in the name of another topic's owner.
  if (topic !== event.topic)
    throw new Malformed(`It is on ${topic}, and its type belongs on ${event.topic}.`);
  try {
    return { ...decodeHeaders(headers), data: event.schema.parse(readJson(value)) };
  } catch (error) {
    throw error instanceof z.ZodError ? new Malformed(firstIssues(error)) : error;
  }
}

/** JSON is UTF-8 (RFC 8259, §8.1). Other bytes would be decoded to another text than was sent. */
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

/** A list may have a thousand wrong members: the first few are enough. */
function firstIssues({ issues }: z.ZodError): string {
  const more = issues.length > MOST_ISSUES ? `\n(and ${issues.length - MOST_ISSUES} more)` : '';
  return z.prettifyError(new z.ZodError(issues.slice(0, MOST_ISSUES))) + more;
}
