import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { announceDelisting } from './announce.ts';
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
): Promise<{ result: Product | Error | undefined; says: OutgoingEvent[] }> {
  const [product] = await lockProducts(tx, [request.sku]);
  if (!product) return { result: undefined, says: [] };
  const refusal = request.refusalOf(product);
  if (refusal) return { result: refusal, says: [] };
  const delisted = delist(product);
  await deleteProduct(tx, delisted);
  return { result: delisted, says: [announceDelisting(delisted, request)] };
}
