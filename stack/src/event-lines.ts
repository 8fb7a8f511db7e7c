import { styleText } from 'node:util';
import type { ReceivedRecord } from '@tenfold/events';

/** When the event happened, as its publisher says; else when Kafka got it. */
export function occurredAt({ headers, timestamp }: ReceivedRecord): string {
  return headers.ce_time ?? timestamp.toISOString();
}

/** Whether an event concerns an order; without one, each does. */
export function isAbout({ key, value }: ReceivedRecord, orderId: string | undefined): boolean {
  return orderId === undefined || key === orderId || dataOf(value).orderId === orderId;
}

/** One event in one line: time, topic, type, subject, data. What must not be shown anywhere is not shown here. */
export function readableEvent(record: ReceivedRecord): string {
  const { topic, headers, key, value } = record;
  const type = styleText('bold', (headers.ce_type ?? 'no CloudEvent').padEnd(17));
  const data = JSON.stringify(dataOf(value), (name, held) => (name === 'paymentToken' ? '[redacted]' : held));
  const clock = occurredAt(record).slice(11, 23);
  return `${clock} ${topic.padEnd(16)} ${type} ${headers.ce_subject ?? key} ${styleText('dim', data)}`;
}

function dataOf(value: string): Record<string, unknown> {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    return { unreadable: value };
  }
}
