import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Change, Stock } from './stock.ts';

/** Locks the stock of these skus until the transaction ends, in the order of the skus. */
export async function lockStock(tx: Transaction, skus: string[]): Promise<Stock[]> {
  return await tx.query(sql<Stock>`
    select sku, available, reserved, sold, restocked
    from stock
    where sku = any(${[...new Set(skus)]}::text[])
    order by sku
    for update`);
}

/** Changes locked stock. */
export async function changeStock(tx: Transaction, changes: Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(sql`
    update stock
    set available = stock.available + change.available,
      reserved = stock.reserved + change.reserved,
      sold = stock.sold + change.sold
    from unnest(
      ${changes.map((change) => change.sku)}::text[],
      ${changes.map((change) => change.available)}::bigint[],
      ${changes.map((change) => change.reserved)}::bigint[],
      ${changes.map((change) => change.sold)}::bigint[]
    ) as change (sku, available, reserved, sold)
    where stock.sku = change.sku`);
}

export async function insertStock(
  tx: Transaction,
  rows: { sku: string; available: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into stock (sku, available, restocked)
    select sku, available, available
    from unnest(
      ${rows.map((row) => row.sku)}::text[],
      ${rows.map((row) => row.available)}::bigint[]
    ) as new (sku, available)`);
}

/** Adds to the stock of locked products; returns the new stock. */
export async function restock(tx: Transaction, added: { sku: string; quantity: number }[]): Promise<Stock[]> {
  await lockStock(
    tx,
    added.map((each) => each.sku),
  );
  return await tx.query(sql<Stock>`
    update stock
    set available = stock.available + added.quantity, restocked = stock.restocked + added.quantity
    from unnest(
      ${added.map((each) => each.sku)}::text[],
      ${added.map((each) => each.quantity)}::bigint[]
    ) as added (sku, quantity)
    where stock.sku = added.sku
    returning stock.sku, stock.available, stock.reserved, stock.sold, stock.restocked`);
}

export async function findStock(database: Queryable, sku: string): Promise<Stock | undefined> {
  const [row] = await database.query(sql<Stock>`
    select stock.sku, available, reserved, sold, restocked
    from stock
    join products on products.sku = stock.sku
    where stock.sku = ${sku} and products.deleted_at is null`);
  return row;
}
