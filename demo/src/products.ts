import { expected, Failure, itemsOf } from '@repo/stack';
import type { Shop } from './shop.ts';

/** The products of the demo. Of the last two, one is out of stock, and one is there once. */
export const products = [
  { sku: 'KEYBOARD', name: 'Keyboard', priceCents: 49_99, stock: 1_000 },
  { sku: 'MOUSE', name: 'Mouse', priceCents: 19_99, stock: 1_000 },
  { sku: 'MONITOR', name: 'Monitor', priceCents: 249_00, stock: 1_000 },
  { sku: 'LAPTOP', name: 'Laptop', priceCents: 1_199_00, stock: 1_000 },
  { sku: 'SOLD-OUT', name: 'Something that everybody wanted', priceCents: 9_99, stock: 0 },
  { sku: 'LAST-ONE', name: 'The last one of its kind', priceCents: 99_00, stock: 1 },
];

type Product = (typeof products)[number];

const restockBelow = 100;

/** Lists the products; on a later start it restocks those that run low. */
export async function stockProducts(shop: Shop): Promise<void> {
  const answer = await shop.staff('GET', '/v1/products?limit=100');
  const listed = new Set(itemsOf<{ sku: string }>(answer).map(({ sku }) => sku));
  await Promise.all(products.map((one) => (listed.has(one.sku) ? restock(shop, one) : list(shop, one))));
}

async function list(shop: Shop, product: Product): Promise<void> {
  const answer = await shop.staff('POST', '/v1/products', { ...product, currency: 'EUR' });
  if (answer.status !== 409) return void expected(answer, 201);
  // The list may have been a few seconds old.
  if ((await shop.staff('GET', `/v1/products/${product.sku}`)).status === 200) return;
  throw new Failure(
    `${product.sku} was deleted, and its sku cannot be used again: npm run clean starts afresh.`,
  );
}

async function restock(shop: Shop, { sku, stock }: Product): Promise<void> {
  if (stock < restockBelow) return;
  const path = `/v1/products/${sku}`;
  const { available } = expected(await shop.staff('GET', `${path}/stock`), 200).body;
  if (Number(available) >= restockBelow) return;
  expected(await shop.staff('POST', `${path}/restock`, { quantity: stock }), 200);
}
