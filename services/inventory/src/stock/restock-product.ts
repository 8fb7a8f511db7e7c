import type { Transaction } from '@repo/postgres';
import type { Product } from '../catalogue/product.ts';
import { lockProducts } from '../catalogue/product-store.ts';
import type { Stock } from './stock.ts';
import { restock } from './stock-store.ts';

export interface RestockRequest {
  sku: string;
  quantity: number;
  /** Decides with the product locked: an error leaves the stock as it is. */
  refusalOf: (product: Product) => Error | undefined;
}

/**
 * Adds to the stock of products. Returns for each request the stock after all of them, the refusal, or undefined where
 * there is no such product.
 */
export async function restockProduct<Request extends RestockRequest>(
  tx: Transaction,
  requests: Request[],
): Promise<Map<Request, Stock | Error | undefined>> {
  const locked = await lockProducts(
    tx,
    requests.map(({ sku }) => sku),
  );
  const products = new Map(locked.map((product) => [product.sku, product]));
  const added = new Map<string, number>();
  const results = new Map<Request, Stock | Error | undefined>();
  const accepted: Request[] = [];
  for (const request of requests) {
    const product = products.get(request.sku);
    const refusal = product && request.refusalOf(product);
    results.set(request, refusal);
    if (!product || refusal) continue;
    accepted.push(request);
    added.set(request.sku, (added.get(request.sku) ?? 0) + request.quantity);
  }
  const stock = await restock(
    tx,
    [...added].map(([sku, quantity]) => ({ sku, quantity })),
  );
  const after = new Map(stock.map((each) => [each.sku, each]));
  for (const request of accepted) results.set(request, after.get(request.sku));
  return results;
}
