import { type Queryable, sql } from '@repo/postgres';
import type { Audit } from '../service-part.ts';
import type { StoredOrder, StoredPrice } from './evidence.ts';

export const audit: Audit = {
  async read(database) {
    const [orders, prices] = await Promise.all([readOrders(database), readPrices(database)]);
    return { orders, prices };
  },

  async openWork(database) {
    const rows = await database.query(sql<{ id: string; status: string }>`
      select id, status
      from orders
      where status in ('placed', 'reserved')`);
    return rows.map(({ id, status }) => `Order ${id} is still ${status}.`);
  },

  since({ orders, prices, events }, before) {
    const ids = new Set(before.orders.map(({ id }) => id));
    const skus = new Set(before.prices.map(({ sku }) => sku));
    return {
      orders: orders.filter(({ id }) => !ids.has(id)),
      prices: prices.filter(({ sku }) => !skus.has(sku)),
      events: events.filter(({ key }) => !ids.has(key)),
    };
  },
};

function readOrders(database: Queryable): Promise<StoredOrder[]> {
  return database.query(sql<StoredOrder>`
    select id, customer_id as "customerId", metadata ->> 'key' as key, status, version, reason,
      total_cents as "totalCents", currency, deleted_at is not null as "isDeleted", lines, history
    from orders
    left join lateral (
      select coalesce(json_agg(
        json_build_object('sku', sku, 'quantity', quantity, 'unitPriceCents', unit_price_cents)), '[]') as lines
      from order_lines
      where order_id = orders.id
    ) as of_lines on true
    left join lateral (
      select coalesce(json_agg(json_build_object('version', version, 'status', status)), '[]') as history
      from order_history
      where order_id = orders.id
    ) as of_history on true
    order by id`);
}

function readPrices(database: Queryable): Promise<StoredPrice[]> {
  return database.query(sql<StoredPrice>`
    select sku, version, price_cents as "priceCents", deleted_at is not null as "isDeleted"
    from prices
    order by sku`);
}
