import type { TraceContext } from '@repo/observability';
import { latestOf, type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Order } from './order.ts';
import type { Status } from './saga.ts';

/** An order with the history of its statuses. */
export interface OrderWithHistory extends Order {
  history: { status: Status; at: string }[];
}

export async function insertOrders(tx: Transaction, orders: (Order & TraceContext)[]): Promise<void> {
  if (orders.length === 0) return;
  const lines = orders.flatMap((order) =>
    order.lines.map((line, position) => ({ orderId: order.id, position, ...line })),
  );
  await tx.query(sql`
    with placed as (
      insert into orders (
        id, customer_id, status, version, total_cents, currency, payment_token, metadata, placed_at, deadline_at,
        traceparent)
      select id, customer_id, status, version, total_cents, currency, payment_token, metadata, placed_at, deadline_at,
        traceparent
      from unnest(
        ${orders.map((order) => order.id)}::uuid[],
        ${orders.map((order) => order.customerId)}::uuid[],
        ${orders.map((order) => order.status)}::text[],
        ${orders.map((order) => order.version)}::integer[],
        ${orders.map((order) => order.totalCents)}::bigint[],
        ${orders.map((order) => order.currency)}::text[],
        ${orders.map((order) => order.paymentToken)}::text[],
        ${orders.map((order) => JSON.stringify(order.metadata))}::jsonb[],
        ${orders.map((order) => order.placedAt)}::timestamptz[],
        ${orders.map((order) => order.deadlineAt)}::timestamptz[],
        ${orders.map((order) => order.traceparent ?? null)}::text[]
      ) as new (
        id, customer_id, status, version, total_cents, currency, payment_token, metadata, placed_at, deadline_at,
        traceparent
      )
      returning id, version, status, placed_at
    ), history as (
      insert into order_history (order_id, version, status, at)
      select id, version, status, placed_at
      from placed
    )
    insert into order_lines (order_id, position, sku, name, quantity, unit_price_cents)
    select order_id, position, sku, name, quantity, unit_price_cents
    from unnest(
      ${lines.map((line) => line.orderId)}::uuid[],
      ${lines.map((line) => line.position)}::smallint[],
      ${lines.map((line) => line.sku)}::text[],
      ${lines.map((line) => line.name)}::text[],
      ${lines.map((line) => line.quantity)}::integer[],
      ${lines.map((line) => line.unitPriceCents)}::bigint[]
    ) as new (order_id, position, sku, name, quantity, unit_price_cents)`);
}

/**
 * Locks orders until the transaction ends, sorted by id, so that two transactions cannot deadlock. `at` is later than
 * every earlier change of these orders.
 */
export async function lockOrders(
  tx: Transaction,
  ids: string[],
): Promise<{ orders: Map<string, Order>; at: Date }> {
  const rows = await tx.query(sql<Order & { lockedAt: Date }>`
    select clock_timestamp() as "lockedAt", id, customer_id as "customerId", status, version, total_cents as "totalCents", currency,
      payment_token as "paymentToken", metadata, placed_at as "placedAt", deadline_at as "deadlineAt",
      coalesce(changed_at, placed_at) as "changedAt", ended_at as "endedAt", reason, refunded_at as "refundedAt",
      (
        select json_agg(
          json_build_object('sku', sku, 'name', name, 'quantity', quantity, 'unitPriceCents', unit_price_cents)
          order by position)
        from order_lines
        where order_id = orders.id
      ) as lines
    from orders
    where id = any(${ids}::uuid[])
    order by id
    for update`);
  return {
    orders: new Map(rows.map(({ lockedAt: _, ...order }) => [order.id, order])),
    at: latestOf(rows.map(({ lockedAt }) => lockedAt)),
  };
}

/**
 * Updates locked orders, and adds their new statuses to the history. A refund changes no status.
 */
export async function updateOrders(tx: Transaction, orders: Order[], at: Date): Promise<void> {
  if (orders.length === 0) return;
  await tx.query(sql`
    with changed as (
      update orders
      set status = next.status, version = next.version, reason = next.reason, ended_at = next.ended_at,
        payment_token = next.payment_token, refunded_at = next.refunded_at, changed_at = next.changed_at
      from unnest(
        ${orders.map((order) => order.id)}::uuid[],
        ${orders.map((order) => order.status)}::text[],
        ${orders.map((order) => order.version)}::integer[],
        ${orders.map((order) => order.reason)}::text[],
        ${orders.map((order) => order.endedAt)}::timestamptz[],
        ${orders.map((order) => order.paymentToken)}::text[],
        ${orders.map((order) => order.refundedAt)}::timestamptz[],
        ${orders.map((order) => order.changedAt)}::timestamptz[]
      ) as next (id, status, version, reason, ended_at, payment_token, refunded_at, changed_at)
      where orders.id = next.id
      returning orders.id, orders.version, orders.status, orders.refunded_at
    )
    insert into order_history (order_id, version, status, at)
    select id, version, status, ${at}
    from changed
    where refunded_at is null`);
}

/** Hides an ended order; returns whether this call did. */
export async function deleteEndedOrder(
  database: Queryable,
  { id, customerId }: { id: string; customerId: string },
): Promise<boolean> {
  const deleted = await database.query(sql`
    update orders
    set deleted_at = now()
    where id = ${id} and customer_id = ${customerId} and ended_at is not null and deleted_at is null
    returning id`);
  return deleted.length > 0;
}

/** Finds an order of this customer, or undefined where there is none that the customer may see. */
export async function findOrder(
  database: Queryable,
  { id, customerId }: { id: string; customerId: string },
): Promise<OrderWithHistory | undefined> {
  const [row] = await readOrders(database, { ids: [id], customerId });
  return row;
}

/** A place in the list of a customer's orders. */
export type Position = [placedAt: Date, id: string];

/** Lists a customer's orders, newest first; those of one status if one is given. */
export async function listOrders(
  database: Queryable,
  {
    customerId,
    status,
    after,
    limit,
  }: { customerId: string; status?: Status | undefined; after?: Position | undefined; limit: number },
): Promise<OrderWithHistory[]> {
  const [placedAt = 'infinity', id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'] = after ?? [];
  const found = await database.query(sql<{ id: string }>`
    select id
    from orders
    where customer_id = ${customerId} and (${status ?? null}::text is null or status = ${status ?? null})
      and deleted_at is null and (placed_at, id) < (${placedAt}::timestamptz, ${id}::uuid)
    order by placed_at desc, id desc
    limit ${limit}`);
  return readOrders(database, { ids: found.map((row) => row.id), customerId });
}

/** Reads whole orders, newest first, and never those of another customer. */
async function readOrders(
  database: Queryable,
  { ids, customerId }: { ids: string[]; customerId: string },
): Promise<OrderWithHistory[]> {
  return await database.query(sql<OrderWithHistory>`
    select id, customer_id as "customerId", status, version, total_cents as "totalCents", currency,
      null as "paymentToken", metadata, placed_at as "placedAt", deadline_at as "deadlineAt",
      coalesce(changed_at, placed_at) as "changedAt", ended_at as "endedAt", reason, refunded_at as "refundedAt",
      (
        select json_agg(
          json_build_object('sku', sku, 'name', name, 'quantity', quantity, 'unitPriceCents', unit_price_cents)
          order by position)
        from order_lines
        where order_id = orders.id
      ) as lines,
      (
        select json_agg(json_build_object('status', status, 'at', at) order by version)
        from order_history
        where order_id = orders.id
      ) as history
    from orders
    where id = any(${ids}::uuid[]) and customer_id = ${customerId} and deleted_at is null
    order by placed_at desc, id desc`);
}
