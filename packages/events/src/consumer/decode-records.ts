import { aggregateOf } from '../dead-letters/parking-store.ts';
import type { Message } from '../event.ts';
import type { Subscription } from '../inbox/handle-messages.ts';
import { readMessage } from '../inbox/read-message.ts';
import type { ReceivedRecord } from '../kafka/kafka.ts';
import { cutIntoRuns } from './runs.ts';

/** A message with its record and the aggregate that it belongs to. */
export type Received = Message & { record: ReceivedRecord; aggregate: string };

/** A record that does not follow its contract, and why. */
export interface MalformedRecord {
  record: ReceivedRecord;
  error: unknown;
}

/**
 * Decodes records and cuts them into steps to be processed in order: runs of one event type, and between them single
 * malformed records. So a malformed record is parked after the earlier events of its key and before the later ones.
 * Records of a type without a handler are left out: a publisher may add types that this service does not need.
 *
 * @param handlers by the type of event
 */
export function* decodeIntoSteps(
  records: ReceivedRecord[],
  handlers: ReadonlyMap<string, Subscription>,
): Generator<Received[] | MalformedRecord> {
  let messages: Received[] = [];
  for (const record of records) {
    const subscription = handlers.get(record.headers.ce_type ?? '');
    if (!subscription) continue;
    const decoded = decode(record, subscription);
    if (isMalformed(decoded)) {
      yield* cutIntoRuns(messages);
      messages = [];
      yield decoded;
    } else messages.push(decoded);
  }
  yield* cutIntoRuns(messages);
}

export function isMalformed(step: Received | Received[] | MalformedRecord): step is MalformedRecord {
  return 'error' in step;
}

function decode(record: ReceivedRecord, { event }: Subscription): Received | MalformedRecord {
  try {
    const { topic, headers, raw } = record;
    const message = readMessage({ topic, headers, value: raw.value }, event);
    return { ...message, record, aggregate: aggregateOf(record) };
  } catch (error) {
    return { record, error };
  }
}
