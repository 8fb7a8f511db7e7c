import type { ComparedOrder } from '@repo/contracts/compared-order';
import { type Queryable, sql } from '@repo/postgres';

const PAGE = 500;

/** Lists all orders by their ids, page by page, for the services that compare orders with their own rows. */
export async function* listComparedOrders(
  database: Queryable,
  { settleSeconds }: { settleSeconds: number },
): AsyncGenerator<ComparedOrder> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const orders = await database.query(sql<ComparedOrder>`
      select id, customer_id as "customerId", status, total_cents as "totalCents", currency,
        coalesce(ended_at < now() - make_interval(secs => ${settleSeconds}::double precision), false) as "isSettled",
        refunded_at is not null as "isRefunded",
        exists (select from dead_letters where aggregate = orders.id::text) as "isParked"
      from orders
      where id > ${after}
      order by id
      limit ${PAGE}`);
    yield* orders;
    const last = orders.at(-1);
    if (!last) return;
    after = last.id;
  }
}
