import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import { readClock, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { productListedEvent } from '../inventory-events.ts';
import { insertStock } from '../stock/stock-store.ts';
import { list, type Product, type ProductRequest } from './product.ts';
import { insertProducts } from './product-store.ts';

/** Lists products with their first stock; returns a product for each request, or 'sku-taken' where the sku was used. */
export async function listProduct<Request extends ProductRequest & TraceContext>(
  tx: Transaction,
  requests: Request[],
): Promise<{ results: Map<Request, Product | 'sku-taken'>; events: OutgoingEvent[] }> {
  const at = await readClock(tx);
  const products = new Map(requests.map((request) => [request, list(request, { id: uuidv7(), at })]));
  const inserted = await insertProducts(tx, [...products.values()]);
  const listed = [...products].filter(([, { id }]) => inserted.has(id));
  await insertStock(
    tx,
    listed.map(([{ sku, stock }]) => ({ sku, available: stock })),
  );
  return {
    results: new Map(
      [...products].map(([request, product]) => [request, inserted.has(product.id) ? product : 'sku-taken']),
    ),
    events: listed.map(([request, product]) => productListedEvent(product, request)),
  };
}
