import type { Transaction } from '@tenfold/postgres';
import type { Stock } from './stock.ts';
import { restock } from './stock-store.ts';

/** Adds to products' stock; answers each with its stock afterwards, or undefined where there is no such product. */
export async function restockProduct(
  tx: Transaction,
  requests: { sku: string; quantity: number }[],
): Promise<(Stock | undefined)[]> {
  const added = new Map<string, number>();
  for (const { sku, quantity } of requests) added.set(sku, (added.get(sku) ?? 0) + quantity);
  const stock = await restock(
    tx,
    [...added].map(([sku, quantity]) => ({ sku, quantity })),
  );
  const after = new Map(stock.map((each) => [each.sku, each]));
  return requests.map(({ sku }) => after.get(sku));
}
