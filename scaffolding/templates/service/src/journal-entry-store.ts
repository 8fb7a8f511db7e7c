import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { JournalEntry } from './journal-entry.ts';

export async function insertJournalEntries(tx: Transaction, journalEntries: JournalEntry[]): Promise<void> {
  await tx.query(sql`
    insert into journal_entries (id, customer_id, subject, occurred_at)
    select id, customer_id, subject, occurred_at
    from unnest(
      ${journalEntries.map(({ id }) => id)}::uuid[],
      ${journalEntries.map(({ customerId }) => customerId)}::uuid[],
      ${journalEntries.map(({ subject }) => subject)}::text[],
      ${journalEntries.map(({ occurredAt }) => occurredAt)}::timestamptz[]
    ) as new (id, customer_id, subject, occurred_at)`);
}

/** A place in the list of a customer's journal entries. */
type Position = [occurredAt: Date, id: string];

/** A customer's journal entries, newest first. */
export async function listJournalEntries(
  database: Queryable,
  { customerId, after, limit }: { customerId: string; after?: Position | undefined; limit: number },
): Promise<JournalEntry[]> {
  const [occurredAt = 'infinity', id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'] = after ?? [];
  return await database.query(sql<JournalEntry>`
    select id, customer_id as "customerId", subject, occurred_at as "occurredAt"
    from journal_entries
    where customer_id = ${customerId}
      and (occurred_at, id) < (${occurredAt}::timestamptz, ${id}::uuid)
    order by occurred_at desc, id desc
    limit ${limit}`);
}
