import { createAlarm, errorText, type Logger } from '@repo/observability';
import { type Database, isUnavailable } from '@repo/postgres';
import type { ReceivedRecord } from '../kafka/kafka.ts';
import { boundedName } from '../kafka/readable.ts';
import type { DeadLetterKind } from './dead-letter-store.ts';
import { type Parking, parkRecords, parkWithoutContent } from './parking-store.ts';

export type WriteDeadLetter = (record: ReceivedRecord, kind: DeadLetterKind, error: unknown) => Promise<void>;

/**
 * Writes a record to the dead-letter table and raises an alarm. Of a record that Postgres refuses to store, only topic,
 * partition and offset are kept, with the reasons: Kafka still has the record for as long as its topic keeps it.
 *
 * @throws from the returned function, when the database is unavailable
 */
export function createDeadLetterWriter({
  database,
  log,
  onDeadLetter,
}: {
  database: Database;
  log: Logger;
  /** Called with each record that has become a dead letter. */
  onDeadLetter: (record: ReceivedRecord) => void;
}): WriteDeadLetter {
  const alarm = createAlarm(log);

  async function park(parking: Parking & { error: string }): Promise<boolean> {
    try {
      return await database.transaction((tx) => parkRecords(tx, [parking]));
    } catch (refusal) {
      if (isUnavailable(refusal)) throw refusal;
      const reasons = `${parking.error} Only its topic, partition and offset could be kept: ${errorText(refusal)}`;
      return database.transaction((tx) => parkWithoutContent(tx, { ...parking, error: reasons }));
    }
  }

  return async (record, kind, error) => {
    const text = errorText(error);
    const isNew = await park({ record, kind, error: text });
    // Otherwise it was delivered again, because its offset was not committed.
    if (!isNew) return;
    onDeadLetter(record);
    const { topic, partition, offset, key, headers } = record;
    const id = boundedName(headers.ce_id ?? '');
    const facts = { kind, topic, partition, offset: String(offset), key, id, error: text };
    alarm('dead-letter-created', 'an event could not be processed and is a dead letter', facts);
  };
}
