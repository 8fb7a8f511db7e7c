import type { ProductDelisted, ProductListed } from '@repo/contracts/inventory';
import type { Message, OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { keepPrices, removePrices } from './price-store.ts';

/** Keeps this service's copy of the price list, so that an order is priced without asking anyone. */
export async function priceProduct(
  tx: Transaction,
  messages: Message<ProductListed>[],
): Promise<OutgoingEvent[]> {
  await keepPrices(tx, newestOf(messages));
  return [];
}

/** Takes products off it, for good: a deleted sku does not come back. */
export async function delistProduct(
  tx: Transaction,
  messages: Message<ProductDelisted>[],
): Promise<OutgoingEvent[]> {
  await removePrices(tx, newestOf(messages));
  return [];
}

/** One statement may write a sku once: of two versions in one batch the newer counts. In the order of the skus. */
function newestOf<Data extends { sku: string; version: number }>(messages: Message<Data>[]): Data[] {
  const newest = new Map<string, Data>();
  for (const { data } of messages) {
    if (data.version > (newest.get(data.sku)?.version ?? 0)) newest.set(data.sku, data);
  }
  return [...newest.values()].sort((one, other) => (one.sku < other.sku ? -1 : 1));
}
