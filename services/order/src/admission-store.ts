import { countUnpublished } from '@repo/events';
import { type Database, sql } from '@repo/postgres';
import type { Load } from './admission.ts';

/** An event that has waited longer waits for Kafka: a busy relay is seconds late at most. */
const WAITED_SECONDS = 10;

/**
 * Counts open orders and outbox rows; of each at most `atMost`, which bounds the rows that it reads.
 *
 * Orders whose `order.placed` waits for Kafka are subtracted by their number: two counts are always cheap, and a join
 * with a table that grows and shrinks is not. Where one of them was cancelled, one order too few is counted until the
 * outbox is empty.
 *
 * The index `orders_due` holds the open orders, and for a while the ended ones too. A bitmap scan reads all of these each
 * time; an index scan remembers which of them are dead.
 */
export function countLoad(database: Database, atMost: Load): Promise<Load> {
  return database.transaction(async (tx) => {
    const outbox = await countUnpublished(tx, {
      type: 'order.placed',
      waitedSeconds: WAITED_SECONDS,
      atMost: atMost.outboxRows,
    });
    const [, [row]] = await Promise.all([
      tx.query(sql`set local enable_bitmapscan = off`),
      tx.query(sql<{ open: number }>`
        select count(*) as open
        from (
          select
          from orders
          where ended_at is null
          limit ${atMost.openOrders + outbox.waited}
        ) as open`),
    ]);
    return { openOrders: Math.max(0, (row?.open ?? 0) - outbox.waited), outboxRows: outbox.all };
  });
}
