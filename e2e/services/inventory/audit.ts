import { type Queryable, sql } from '@repo/postgres';
import type { Audit } from '../service-part.ts';
import type { StoredProduct, StoredReservation, StoredStock } from './evidence.ts';

export const audit: Audit = {
  async read(database) {
    const [products, stock, reservations] = await Promise.all([
      readProducts(database),
      readStock(database),
      readReservations(database),
    ]);
    return { products, stock, reservations };
  },

  since({ products, stock, reservations, events }, before) {
    const skus = new Set(before.stock.map(({ sku }) => sku));
    const orders = new Set(before.reservations.map(({ orderId }) => orderId));
    const isNew = ({ sku }: { sku: string }) => !skus.has(sku);
    return {
      products: products.filter(isNew),
      stock: stock.filter(isNew),
      reservations: reservations.filter(({ orderId }) => !orders.has(orderId)),
      events: events.filter(({ key }) => !skus.has(key)),
    };
  },
};

function readProducts(database: Queryable): Promise<StoredProduct[]> {
  return database.query(sql<StoredProduct>`
    select sku, version
    from products
    order by sku`);
}

function readStock(database: Queryable): Promise<StoredStock[]> {
  return database.query(sql<StoredStock>`
    select sku, available, reserved, sold, restocked
    from stock
    order by sku`);
}

function readReservations(database: Queryable): Promise<StoredReservation[]> {
  return database.query(sql<StoredReservation>`
    select order_id as "orderId", status,
      coalesce(json_agg(json_build_object('sku', sku, 'quantity', quantity)) filter (where sku is not null), '[]')
        as lines
    from reservations
    left join reservation_lines using (order_id)
    group by order_id
    order by order_id`);
}
