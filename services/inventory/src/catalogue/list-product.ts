import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import { readClock, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { productListedEvent } from '../inventory-events.ts';
import { insertStock } from '../stock/stock-store.ts';
import { list, type Product, type ProductRequest } from './product.ts';
import { insertProducts } from './product-store.ts';

/** Lists products with their first stock; answers 'sku-taken' for those whose sku there is already. */
export async function listProduct(
  tx: Transaction,
  requests: (ProductRequest & TraceContext)[],
): Promise<{ results: (Product | 'sku-taken')[]; events: OutgoingEvent[] }> {
  const at = await readClock(tx);
  const products = requests.map(({ traceparent: _, ...request }) => list(request, { id: uuidv7(), at }));
  const inserted = await insertProducts(tx, products);
  const listed = requests.flatMap((request, index) => {
    const product = products[index] as Product;
    return inserted.has(product.id) ? [{ product, request }] : [];
  });
  await insertStock(
    tx,
    listed.map(({ product, request }) => ({ sku: product.sku, available: request.stock })),
  );
  return {
    results: products.map((product) => (inserted.has(product.id) ? product : 'sku-taken')),
    events: listed.map(({ product, request }) => productListedEvent(product, request)),
  };
}
