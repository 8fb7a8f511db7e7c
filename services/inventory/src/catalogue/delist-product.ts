import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { productDelistedEvent } from '../inventory-events.ts';
import { delist, type Product } from './product.ts';
import { deleteProduct, lockProducts } from './product-store.ts';

export interface DelistRequest extends TraceContext {
  sku: string;
  /** Decides with the product locked: an error leaves the product as it is. */
  refusalOf: (product: Product) => Error | undefined;
}

/**
 * Removes a product from the catalogue; returns it, the refusal, or undefined where there is no such product. Its stock
 * stays for the open orders.
 */
export async function delistProduct(
  tx: Transaction,
  request: DelistRequest,
): Promise<{ result: Product | Error | undefined; events: OutgoingEvent[] }> {
  const [product] = await lockProducts(tx, [request.sku]);
  if (!product) return { result: undefined, events: [] };
  const refusal = request.refusalOf(product);
  if (refusal) return { result: refusal, events: [] };
  const delisted = delist(product);
  await deleteProduct(tx, delisted);
  return { result: delisted, events: [productDelistedEvent(delisted, request)] };
}
