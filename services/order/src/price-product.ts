import type { ProductDelisted, ProductListed } from '@repo/contracts/inventory';
import type { Message, OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { keepPrices, removePrices } from './price-store.ts';

/** Updates this service's copy of the price list, so that it prices an order without a call to another service. */
export async function priceProduct(
  tx: Transaction,
  messages: Message<ProductListed>[],
): Promise<OutgoingEvent[]> {
  await keepPrices(tx, newestOf(messages));
  return [];
}

/** Removes products from the price list: a delisted sku is never listed again. */
export async function delistProduct(
  tx: Transaction,
  messages: Message<ProductDelisted>[],
): Promise<OutgoingEvent[]> {
  await removePrices(tx, newestOf(messages));
  return [];
}

/** The newest version of each sku in a batch, since one statement can write a row only once; sorted by sku. */
function newestOf<Data extends { sku: string; version: number }>(messages: Message<Data>[]): Data[] {
  const newest = new Map<string, Data>();
  for (const { data } of messages) {
    if (data.version > (newest.get(data.sku)?.version ?? 0)) newest.set(data.sku, data);
  }
  return [...newest.values()].sort((one, other) => (one.sku < other.sku ? -1 : 1));
}
