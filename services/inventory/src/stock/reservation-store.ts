import { sql, type Transaction } from '@repo/postgres';

export interface ReservationLine {
  orderId: string;
  sku: string;
  quantity: number;
}

/** Opens a reservation for each order that has none; returns the ids of those orders. */
export async function openReservations(
  tx: Transaction,
  orders: { orderId: string; deadlineAt: string }[],
): Promise<Set<string>> {
  const sorted = [...orders].sort((one, other) => (one.orderId < other.orderId ? -1 : 1));
  const rows = await tx.query(sql<{ orderId: string }>`
    insert into reservations (order_id, status, version, deadline_at, created_at, changed_at)
    select order_id, 'reserved', 1, deadline_at, now(), now()
    from unnest(
      ${sorted.map((order) => order.orderId)}::uuid[],
      ${sorted.map((order) => order.deadlineAt)}::timestamptz[]
    ) as new (order_id, deadline_at)
    on conflict (order_id) do nothing
    returning order_id as "orderId"`);
  return new Set(rows.map((row) => row.orderId));
}

export async function insertReservationLines(tx: Transaction, lines: ReservationLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(sql`
    insert into reservation_lines (order_id, sku, quantity)
    select order_id, sku, quantity
    from unnest(
      ${lines.map((line) => line.orderId)}::uuid[],
      ${lines.map((line) => line.sku)}::text[],
      ${lines.map((line) => line.quantity)}::integer[]
    ) as new (order_id, sku, quantity)`);
}

/** Marks reservations that this transaction has opened as rejected. */
export async function rejectReservations(tx: Transaction, orderIds: string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await tx.query(sql`
    update reservations
    set status = 'rejected'
    where order_id = any(${orderIds}::uuid[])`);
}

/** Inserts a tombstone for each order that has no reservation: a later reservation is refused by it. */
export async function insertTombstones(tx: Transaction, orderIds: string[]): Promise<void> {
  await tx.query(sql`
    insert into reservations (order_id, status, version, created_at, changed_at)
    select id, 'released', 1, now(), now()
    from unnest(${[...orderIds].sort()}::uuid[]) as id
    on conflict (order_id) do nothing`);
}

/** Ends the reservations that are still open; returns their lines. */
export async function closeReservations(
  tx: Transaction,
  orderIds: string[],
  status: 'released' | 'sold',
): Promise<ReservationLine[]> {
  return await tx.query(sql<ReservationLine>`
    with open as (
      select order_id
      from reservations
      where order_id = any(${orderIds}::uuid[]) and status = 'reserved'
      order by order_id
      for update
    ), closed as (
      update reservations
      set status = ${status}, version = version + 1, changed_at = now()
      from open
      where reservations.order_id = open.order_id
      returning reservations.order_id
    )
    select lines.order_id as "orderId", lines.sku, lines.quantity
    from reservation_lines as lines
    join closed on closed.order_id = lines.order_id`);
}

/** Claims the reservations that are open this long after their orders' deadlines; one replica claims each, once. */
export async function claimOverdueReservations(
  tx: Transaction,
  { alarmSeconds, limit }: { alarmSeconds: number; limit: number },
): Promise<{ orderId: string; deadlineAt: Date }[]> {
  return await tx.query(sql<{ orderId: string; deadlineAt: Date }>`
    with overdue as (
      select order_id
      from reservations
      where status = 'reserved' and alarmed_at is null
        and deadline_at < now() - make_interval(secs => ${alarmSeconds}::double precision)
      order by deadline_at
      limit ${limit}
      for update skip locked
    )
    update reservations
    set alarmed_at = now()
    from overdue
    where reservations.order_id = overdue.order_id
    returning reservations.order_id as "orderId", deadline_at as "deadlineAt"`);
}
