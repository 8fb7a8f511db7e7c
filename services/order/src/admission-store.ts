import { type Database, sql } from '@tenfold/postgres';

/**
 * How many orders are on their way; `atMost` when there are more, so that it never reads more than so many.
 *
 * The index `orders_due` holds them, and for a while also those that have ended. A bitmap scan reads all of these each
 * time; an index scan remembers which of them are dead.
 */
export async function countOpenOrders(database: Database, atMost: number): Promise<number> {
  const [, [row]] = await database.transaction((tx) =>
    Promise.all([
      tx.query(sql`set local enable_bitmapscan = off`),
      tx.query(sql<{ open: number }>`
        select count(*) as open
        from (
          select
          from orders
          where status in ('placed', 'reserved')
          limit ${atMost}
        ) as open`),
    ]),
  );
  return row?.open ?? 0;
}
