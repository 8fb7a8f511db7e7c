import type { ReceivedRecord } from '@repo/events';
import { sql } from '@repo/postgres';
import { isEvent } from '../../audit/topics.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

/**
 * Says again what was said of products, the newest first, to a service whose inbox has forgotten all of it: as when
 * somebody replays a topic after the inbox was swept, or when a late leader's words are the last that a compacted topic
 * keeps.
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
  note(`${published.length} records about products are forgotten, and said again, the oldest last`);
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
