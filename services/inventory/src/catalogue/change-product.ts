import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { productListedEvent } from '../inventory-events.ts';
import { change, type Product, type ProductPatch } from './product.ts';
import { lockProducts, updateProducts } from './product-store.ts';

export interface ChangeRequest {
  sku: string;
  patch: ProductPatch;
  /** Decides on the product as it stands, when nobody else can change it: an error leaves it as it is. */
  refusalOf: (product: Product) => Error | undefined;
}

/**
 * Changes products, one request after the other: the second of two for one product meets what the first has made.
 * Answers each with the product as it then is, the refusal, or undefined where there is no such product.
 */
export async function changeProduct(
  tx: Transaction,
  requests: (ChangeRequest & TraceContext)[],
): Promise<{ results: (Product | Error | undefined)[]; events: OutgoingEvent[] }> {
  const locked = await lockProducts(
    tx,
    requests.map((request) => request.sku),
  );
  const products = new Map(locked.map((product) => [product.sku, product]));
  const changed = new Map<string, Product>();
  const events: OutgoingEvent[] = [];
  const results = requests.map((request) => {
    const product = changed.get(request.sku) ?? products.get(request.sku);
    if (!product) return undefined;
    const refusal = request.refusalOf(product);
    if (refusal) return refusal;
    const next = change(product, request.patch);
    changed.set(next.sku, next);
    events.push(productListedEvent(next, request));
    return next;
  });
  await updateProducts(tx, [...changed.values()]);
  return { results, events };
}
