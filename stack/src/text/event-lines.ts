import { styleText } from 'node:util';
import { aggregateKeyNamed, boundedName, type ReceivedRecord, readableText } from '@repo/events';
import { redact } from '@repo/observability';
import { correlation } from '../topology.ts';
import { readableData } from './event-data.ts';
import { jsonObject, printable } from './printable.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

/** The time of an event in milliseconds since 1970: that of its publisher, else that of Kafka. */
export function occurredAt({ headers, timestamp }: ReceivedRecord): number {
  const { ce_time: printed = '' } = headers;
  const at = INSTANT.test(printed) ? Date.parse(printed) : Number.NaN;
  return [at, timestamp.getTime()].find((time) => !Number.isNaN(time)) ?? 0;
}

/**
 * Whether an event belongs to a story (`correlation` in the topology), by its key or by its data; every event does where
 * no id is given. The id may also be a key as it is shown. A UUID is the same in any case (RFC 9562, §4).
 */
export function isAbout({ key, value }: ReceivedRecord, id: string | undefined): boolean {
  if (id === undefined) return true;
  const wanted = aggregateKeyNamed(id);
  const named = aggregateKeyNamed(key);
  if (named === wanted || named === boundedName(readableText(id))) return true;
  const about = jsonObject(value)?.[correlation.field];
  return typeof about === 'string' && aggregateKeyNamed(about) === wanted;
}

/** One event in one line: time, topic, type, subject, data. Secrets are redacted. */
export function readableEvent(record: ReceivedRecord): string {
  const { topic, headers, key } = record;
  const clock = new Date(occurredAt(record)).toISOString().split('T')[1]?.slice(0, 12);
  const type = styleText('bold', nameShown(headers.ce_type ?? 'no CloudEvent').padEnd(17));
  const subject = nameShown(headers.ce_subject ?? key);
  return `${clock} ${topic.padEnd(16)} ${type} ${subject} ${styleText('dim', readableData(record))}`;
}

/** Names of records are readable already (packages/events/src/kafka/readable.ts), and may be long. */
function nameShown(name: string): string {
  return redact(boundedName(printable(name)));
}
