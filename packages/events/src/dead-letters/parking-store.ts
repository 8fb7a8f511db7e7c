import { sql, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import type { ReceivedRecord } from '../kafka/kafka.ts';
import { boundedName } from '../kafka/readable.ts';
import type { DeadLetter, DeadLetterKind } from './dead-letter-store.ts';

/** A record that becomes a dead letter. */
export interface Parking {
  record: ReceivedRecord;
  kind: DeadLetterKind;
  error: string | null;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The aggregate of a record: events of one key are parked together, and a record without a key by itself. */
export function aggregateOf(record: Pick<ReceivedRecord, 'key' | 'topic' | 'partition' | 'offset'>): string {
  return record.key === '' ? coordinatesOf(record) : aggregateKeyNamed(record.key);
}

/** The aggregate of a key. A UUID is the same in any case (RFC 9562, §4). */
export function aggregateKeyNamed(key: string): string {
  return UUID.test(key) ? key.toLowerCase() : key;
}

function coordinatesOf({ topic, partition, offset }: Pick<ReceivedRecord, 'topic' | 'partition' | 'offset'>) {
  return `${topic} ${partition} ${offset}`;
}

/** Writes whole records to the dead-letter table; returns whether any was not there yet. */
export async function parkRecords(tx: Transaction, parkings: Parking[]): Promise<boolean> {
  return insertDeadLetters(tx, parkings.map(newDeadLetter));
}

/** Writes records that wait behind a dead letter of their aggregate. */
export async function parkBehind(tx: Transaction, records: ReceivedRecord[]): Promise<void> {
  await parkRecords(
    tx,
    records.map((record) => ({ record, kind: 'behind', error: null })),
  );
}

/** Writes only the topic, partition and offset of a record: Kafka has the record for as long as its topic keeps it. */
export async function parkWithoutContent(tx: Transaction, parking: Parking): Promise<boolean> {
  const whole = newDeadLetter(parking);
  return insertDeadLetters(tx, [
    {
      ...whole,
      ...{ aggregate: coordinatesOf(parking.record), messageId: null, type: null, key: null, value: null },
      headers: {},
    },
  ]);
}

type NewDeadLetter = Pick<ReceivedRecord, 'topic' | 'partition' | 'offset'> &
  Pick<DeadLetter, 'aggregate' | 'messageId' | 'type' | 'key' | 'value' | 'headers' | 'kind' | 'error'>;

function newDeadLetter({ record, kind, error }: Parking): NewDeadLetter {
  const { topic, partition, offset, headers, allHeaders, raw } = record;
  return {
    aggregate: aggregateOf(record),
    ...{ topic, partition, offset },
    messageId: headers.ce_id === undefined ? null : boundedName(headers.ce_id),
    type: headers.ce_type === undefined ? null : boundedName(headers.ce_type),
    ...raw,
    headers: allHeaders,
    ...{ kind, error },
  };
}

/**
 * A record that is here already, because its offset was not committed, is not changed. Another record with the same offset,
 * of a topic that was deleted and created again, has another message id.
 */
async function insertDeadLetters(tx: Transaction, deadLetters: NewDeadLetter[]): Promise<boolean> {
  if (deadLetters.length === 0) return false;
  const inserted = await tx.query(sql<{ id: string }>`
    insert into dead_letters (
      id, aggregate, topic, partition, "offset", message_id, type, key, value, headers, kind, error, attempts)
    select id, aggregate, topic, partition, "offset", message_id, type, key, value, headers, kind, error,
      case when kind = 'behind' then 0 else 1 end
    from unnest(
      ${deadLetters.map(() => uuidv7())}::uuid[],
      ${deadLetters.map((deadLetter) => deadLetter.aggregate)}::text[],
      ${deadLetters.map((deadLetter) => deadLetter.topic)}::text[],
      ${deadLetters.map((deadLetter) => deadLetter.partition)}::integer[],
      ${deadLetters.map((deadLetter) => String(deadLetter.offset))}::bigint[],
      ${deadLetters.map((deadLetter) => deadLetter.messageId)}::text[],
      ${deadLetters.map((deadLetter) => deadLetter.type)}::text[],
      ${deadLetters.map((deadLetter) => deadLetter.key)}::bytea[],
      ${deadLetters.map((deadLetter) => deadLetter.value)}::bytea[],
      ${deadLetters.map((deadLetter) => JSON.stringify(deadLetter.headers))}::jsonb[],
      ${deadLetters.map((deadLetter) => deadLetter.kind)}::text[],
      ${deadLetters.map((deadLetter) => deadLetter.error)}::text[]
    ) with ordinality as new (
      id, aggregate, topic, partition, "offset", message_id, type, key, value, headers, kind, error, number
    )
    order by number
    on conflict (topic, partition, "offset", message_id) do nothing
    returning id`);
  return inserted.length > 0;
}
