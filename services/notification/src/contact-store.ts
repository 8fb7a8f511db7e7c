import { sql, type Transaction } from '@repo/postgres';

/** Stores an address, or clears it. */
export async function keepAddress(
  tx: Transaction,
  { customerId, email }: { customerId: string; email: string | null },
): Promise<void> {
  await tx.query(sql`
    insert into contacts (customer_id, email, deleted_at)
    values (${customerId}, ${email}::text, case when ${email}::text is null then now() end)
    on conflict (customer_id) do update
    set email = excluded.email, deleted_at = excluded.deleted_at, changed_at = now()`);
}

/**
 * Returns which of these customers have an address, and locks their rows until the transaction ends: a transaction that
 * stores an address at the same time is either seen here, or sees the messages that are written here.
 */
export async function holdContacts(tx: Transaction, customerIds: string[]): Promise<Set<string>> {
  const sorted = [...new Set(customerIds)].sort();
  const [, rows] = await Promise.all([
    tx.query(sql`
      insert into contacts (customer_id)
      select customer_id
      from unnest(${sorted}::uuid[]) as new (customer_id)
      on conflict (customer_id) do nothing`),
    tx.query(sql<{ customerId: string; hasAddress: boolean }>`
      select customer_id as "customerId", email is not null as "hasAddress"
      from contacts
      where customer_id = any(${sorted}::uuid[])
      order by customer_id
      for share`),
  ]);
  return new Set(rows.filter((row) => row.hasAddress).map((row) => row.customerId));
}

/**
 * Finds the addresses of these customers and locks their rows until the transaction ends. A transaction that changes an
 * address at the same time finishes first.
 */
export async function lockAddresses(tx: Transaction, customerIds: string[]): Promise<Map<string, string>> {
  const rows = await tx.query(sql<{ customerId: string; email: string }>`
    select customer_id as "customerId", email
    from contacts
    where customer_id = any(${[...new Set(customerIds)].sort()}::uuid[]) and email is not null
    order by customer_id
    for share`);
  return new Map(rows.map(({ customerId, email }) => [customerId, email]));
}

/** Locks a customer's contact, to be changed; whether it has an address. A transaction with the same lock waits. */
export async function lockContact(tx: Transaction, customerId: string): Promise<boolean> {
  await tx.query(sql`
    insert into contacts (customer_id)
    values (${customerId})
    on conflict (customer_id) do nothing`);
  const [row] = await tx.query(sql<{ hasAddress: boolean }>`
    select email is not null as "hasAddress"
    from contacts
    where customer_id = ${customerId}
    for update`);
  return row?.hasAddress ?? false;
}
