import type { Transaction } from '@repo/postgres';
import type { Product } from '../catalogue/product.ts';
import { lockProducts } from '../catalogue/product-store.ts';
import type { Stock } from './stock.ts';
import { restock } from './stock-store.ts';

export interface RestockRequest {
  sku: string;
  quantity: number;
  /** Decides on the product as it stands, when nobody else can change it: an error leaves its stock as it is. */
  refusalOf: (product: Product) => Error | undefined;
}

/**
 * Adds to products' stock; answers each request with the stock afterwards, the refusal, or undefined where there is no
 * such product.
 */
export async function restockProduct(
  tx: Transaction,
  requests: RestockRequest[],
): Promise<(Stock | Error | undefined)[]> {
  const locked = await lockProducts(
    tx,
    requests.map(({ sku }) => sku),
  );
  const products = new Map(locked.map((product) => [product.sku, product]));
  const added = new Map<string, number>();
  const refusals = requests.map(({ sku, quantity, refusalOf }) => {
    const product = products.get(sku);
    const refusal = product && refusalOf(product);
    if (product && !refusal) added.set(sku, (added.get(sku) ?? 0) + quantity);
    return refusal;
  });
  const stock = await restock(
    tx,
    [...added].map(([sku, quantity]) => ({ sku, quantity })),
  );
  const after = new Map(stock.map((each) => [each.sku, each]));
  return requests.map(({ sku }, index) => refusals[index] ?? after.get(sku));
}
