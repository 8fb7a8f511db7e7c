import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { productDelistedEvent } from '../inventory-events.ts';
import { delist, type Product } from './product.ts';
import { deleteProduct, lockProducts } from './product-store.ts';

export interface DelistRequest extends TraceContext {
  sku: string;
  /** Decides on the product as it stands, when nobody else can change it: an error leaves it as it is. */
  refusalOf: (product: Product) => Error | undefined;
}

/**
 * Takes a product out of the catalogue; answers it, the refusal, or undefined where there is no such product. Its
 * stock stays, so that orders on their way go on.
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
