import type { ProductListed } from '@tenfold/contracts/inventory';
import type { Message, OutgoingEvent } from '@tenfold/events';
import type { Transaction } from '@tenfold/postgres';
import { keepPrices } from './price-store.ts';

/** Keeps this service's copy of the price list, so that an order is priced without asking anyone. */
export async function priceProduct(
  tx: Transaction,
  messages: Message<ProductListed>[],
): Promise<OutgoingEvent[]> {
  // One statement may write a sku once; of two versions in one batch the newer counts.
  const newest = new Map<string, ProductListed>();
  for (const { data } of messages) {
    if (data.version > (newest.get(data.sku)?.version ?? 0)) newest.set(data.sku, data);
  }
  const sorted = [...newest.values()].sort((one, other) => (one.sku < other.sku ? -1 : 1));
  await keepPrices(tx, sorted);
  return [];
}
