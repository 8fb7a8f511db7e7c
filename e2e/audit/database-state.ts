import { type Queryable, sql } from '@repo/postgres';
import type {
  Evidence,
  StoredContact,
  StoredMessage,
  StoredOrder,
  StoredPayment,
  StoredPrice,
  StoredProduct,
  StoredReservation,
  StoredStock,
} from '../invariants/evidence.ts';
import type { Databases } from './databases.ts';

/** What the services have written down. */
export type DatabaseState = Pick<
  Evidence,
  | 'orders'
  | 'prices'
  | 'products'
  | 'stock'
  | 'reservations'
  | 'payments'
  | 'contacts'
  | 'messages'
  | 'outboxes'
>;

export async function readDatabaseState({
  order,
  inventory,
  payment,
  notification,
}: Databases): Promise<DatabaseState> {
  const [orders, prices, products, stock, reservations, payments, contacts, messages] = await Promise.all([
    readOrders(order),
    readPrices(order),
    readProducts(inventory),
    readStock(inventory),
    readReservations(inventory),
    readPayments(payment),
    readContacts(notification),
    readMessages(notification),
  ]);
  const [ofOrder, ofInventory, ofPayment] = await Promise.all(
    [order, inventory, payment].map(countUnpublished),
  );
  const outboxes = { order: ofOrder ?? 0, inventory: ofInventory ?? 0, payment: ofPayment ?? 0 };
  return { orders, prices, products, stock, reservations, payments, contacts, messages, outboxes };
}

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

/** Without the notes that refuse the payment of an order that was cancelled first. */
function readPayments(database: Queryable): Promise<StoredPayment[]> {
  return database.query(sql<StoredPayment>`
    select id, order_id as "orderId", status
    from payments
    where deleted_at is null
    order by id`);
}

function readContacts(database: Queryable): Promise<StoredContact[]> {
  return database.query(sql<StoredContact>`
    select customer_id as "customerId", email
    from contacts
    order by customer_id`);
}

function readMessages(database: Queryable): Promise<StoredMessage[]> {
  return database.query(sql<StoredMessage>`
    select id, order_id as "orderId", customer_id as "customerId", kind, status, failure_code as "failureCode"
    from messages
    order by id`);
}

async function countUnpublished(database: Queryable): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`select count(*) as count from outbox`);
  return row?.count ?? 0;
}
