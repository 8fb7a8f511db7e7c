import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Product } from './product.ts';

/** Inserts products whose sku was never used; returns their ids. */
export async function insertProducts(tx: Transaction, products: Product[]): Promise<Set<string>> {
  const sorted = [...products].sort((one, other) => (one.sku < other.sku ? -1 : 1));
  const rows = await tx.query(sql<{ id: string }>`
    insert into products (id, sku, version, name, price_cents, currency, metadata, listed_at)
    select id, sku, version, name, price_cents, currency, metadata, listed_at
    from unnest(
      ${sorted.map((product) => product.id)}::uuid[],
      ${sorted.map((product) => product.sku)}::text[],
      ${sorted.map((product) => product.version)}::integer[],
      ${sorted.map((product) => product.name)}::text[],
      ${sorted.map((product) => product.priceCents)}::bigint[],
      ${sorted.map((product) => product.currency)}::text[],
      ${sorted.map((product) => JSON.stringify(product.metadata))}::jsonb[],
      ${sorted.map((product) => product.listedAt)}::timestamptz[]
    ) as new (id, sku, version, name, price_cents, currency, metadata, listed_at)
    on conflict (sku) do nothing
    returning id`);
  return new Set(rows.map((row) => row.id));
}

export async function findProduct(database: Queryable, sku: string): Promise<Product | undefined> {
  const [row] = await database.query(sql<Product>`
    select id, sku, version, name, price_cents as "priceCents", currency, metadata, listed_at as "listedAt"
    from products
    where sku = ${sku} and deleted_at is null`);
  return row;
}

/** Locks the listed products of these skus until the transaction ends, in the order of the skus. */
export async function lockProducts(tx: Transaction, skus: string[]): Promise<Product[]> {
  return await tx.query(sql<Product>`
    select id, sku, version, name, price_cents as "priceCents", currency, metadata, listed_at as "listedAt"
    from products
    where sku = any(${[...new Set(skus)]}::text[]) and deleted_at is null
    order by sku
    for update`);
}

/** Updates locked products. */
export async function updateProducts(tx: Transaction, products: Product[]): Promise<void> {
  if (products.length === 0) return;
  await tx.query(sql`
    update products
    set version = changed.version, name = changed.name, price_cents = changed.price_cents,
      metadata = changed.metadata
    from unnest(
      ${products.map((product) => product.id)}::uuid[],
      ${products.map((product) => product.version)}::integer[],
      ${products.map((product) => product.name)}::text[],
      ${products.map((product) => product.priceCents)}::bigint[],
      ${products.map((product) => JSON.stringify(product.metadata))}::jsonb[]
    ) as changed (id, version, name, price_cents, metadata)
    where products.id = changed.id`);
}

/** Marks a locked product as deleted. Its row stays, and with it its sku. */
export async function deleteProduct(tx: Transaction, { id, version }: Product): Promise<void> {
  await tx.query(sql`
    update products
    set version = ${version}, deleted_at = now()
    where id = ${id}`);
}

/** Products in the order of their skus. */
export async function listProducts(
  database: Queryable,
  { after = '', limit }: { after?: string | undefined; limit: number },
): Promise<Product[]> {
  return await database.query(sql<Product>`
    select id, sku, version, name, price_cents as "priceCents", currency, metadata, listed_at as "listedAt"
    from products
    where sku > ${after} and deleted_at is null
    order by sku
    limit ${limit}`);
}
