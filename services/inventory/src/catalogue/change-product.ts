import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { productListedEvent } from '../inventory-events.ts';
import { change, type Product, type ProductPatch } from './product.ts';
import { lockProducts, updateProducts } from './product-store.ts';

export interface ChangeRequest {
  sku: string;
  patch: ProductPatch;
  /** Decides with the product locked: an error leaves the product as it is. */
  refusalOf: (product: Product) => Error | undefined;
}

/**
 * Changes products, one request after the other: of two requests for one product, the second finds it as the first has
 * left it. Returns for each the changed product, the refusal, or undefined where there is no such product.
 */
export async function changeProduct<Request extends ChangeRequest & TraceContext>(
  tx: Transaction,
  requests: Request[],
): Promise<{ results: Map<Request, Product | Error | undefined>; events: OutgoingEvent[] }> {
  const locked = await lockProducts(
    tx,
    requests.map((request) => request.sku),
  );
  const products = new Map(locked.map((product) => [product.sku, product]));
  const results = new Map<Request, Product | Error | undefined>();
  const changed = new Map<string, Product>();
  const events: OutgoingEvent[] = [];
  for (const request of requests) {
    const product = changed.get(request.sku) ?? products.get(request.sku);
    const refusal = product && request.refusalOf(product);
    if (!product || refusal) {
      results.set(request, refusal);
      continue;
    }
    const next = change(product, request.patch);
    changed.set(next.sku, next);
    results.set(request, next);
    events.push(productListedEvent(next, request));
  }
  await updateProducts(tx, [...changed.values()]);
  return { results, events };
}
