import type { ReceivedRecord } from '@repo/events';
import { sql } from '@repo/postgres';
import { isEvent } from '../../audit/topics.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

/**
 * Publishes all events about products again, the newest first, and lets order's inbox forget them: as when a topic is
 * replayed after the inbox was swept, or when the records of a late leader are the last that a compacted topic keeps.
 */
export async function republishOldPrices({ auditor, note }: Rig): Promise<void> {
  const { recording, publisher, databases } = auditor;
  const published = recording.records.filter(
    (record) => isEvent(record) && record.topic === 'product.events',
  );
  const newest = new Map<string, ReceivedRecord>();
  for (const record of published)
    if (versionOf(record) >= versionOf(newest.get(record.key))) newest.set(record.key, record);
  const older = published.filter((record) => newest.get(record.key) !== record);
  note(`${published.length} records about products are forgotten, and published again, the oldest last`);
  const ids = published.map(({ headers }) => headers.ce_id ?? '');
  await databases.order.query(sql`delete from inbox where id = any(${ids}::uuid[])`);
  await databases.order.query(sql`delete from audit.effects where message_id = any(${ids}::uuid[])`);
  for (const records of [[...newest.values()], older]) {
    await publisher.publish([
      {
        topic: 'product.events',
        records: records.map(({ key, value, headers }) => ({ key, value, headers })),
      },
    ]);
    await hold(500);
  }
}

function versionOf(record: ReceivedRecord | undefined): number {
  return record ? (JSON.parse(record.value) as { version: number }).version : 0;
}
