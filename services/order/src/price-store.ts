import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Price } from './order.ts';

export interface PriceRow extends Price {
  sku: string;
  version: number;
}

/** The current prices of these skus; a sku without one cannot be ordered. */
export async function findPrices(database: Queryable, skus: string[]): Promise<Map<string, Price>> {
  const rows = await database.query(sql<PriceRow>`
    select sku, version, name, price_cents as "priceCents", currency
    from prices
    where sku = any(${[...new Set(skus)]}::text[]) and deleted_at is null`);
  return new Map(rows.map((row) => [row.sku, row]));
}

/** Stores prices, each unless a newer version is stored already. */
export async function keepPrices(tx: Transaction, prices: PriceRow[]): Promise<void> {
  await tx.query(sql`
    insert into prices (sku, version, name, price_cents, currency)
    select sku, version, name, price_cents, currency
    from unnest(
      ${prices.map((price) => price.sku)}::text[],
      ${prices.map((price) => price.version)}::integer[],
      ${prices.map((price) => price.name)}::text[],
      ${prices.map((price) => price.priceCents)}::bigint[],
      ${prices.map((price) => price.currency)}::text[]
    ) as new (sku, version, name, price_cents, currency)
    on conflict (sku) do update
    set version = excluded.version, name = excluded.name, price_cents = excluded.price_cents,
      currency = excluded.currency
    where prices.version < excluded.version`);
}

/** Removes prices, each unless a newer version is stored already. An unknown sku gets a row too, marked as removed. */
export async function removePrices(
  tx: Transaction,
  removed: { sku: string; version: number }[],
): Promise<void> {
  await tx.query(sql`
    insert into prices (sku, version, name, price_cents, currency, deleted_at)
    select sku, version, '', 0, '', now()
    from unnest(
      ${removed.map((price) => price.sku)}::text[],
      ${removed.map((price) => price.version)}::integer[]
    ) as gone (sku, version)
    on conflict (sku) do update
    set version = excluded.version, deleted_at = excluded.deleted_at
    where prices.version < excluded.version`);
}

/** The name of this copy of the price list. */
export async function findPriceListId(database: Queryable): Promise<string> {
  const [row] = await database.query(sql<{ id: string }>`select id from price_lists`);
  if (!row) throw new Error('The price list has no name: its migration has not run.');
  return row.id;
}
