import { type Queryable, sql, type Transaction } from '@tenfold/postgres';
import type { Price } from './order.ts';

export interface PriceRow extends Price {
  sku: string;
  version: number;
}

/** Today's prices of these skus; one that is missing cannot be ordered. */
export async function findPrices(database: Queryable, skus: string[]): Promise<Map<string, Price>> {
  const rows = await database.query(sql<PriceRow>`
    select sku, version, name, price_cents as "priceCents", currency
    from prices
    where sku = any(${[...new Set(skus)]}::text[]) and deleted_at is null`);
  return new Map(rows.map((row) => [row.sku, row]));
}

/** Keeps prices, each unless a newer version of it is known already. */
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
