import { ProductDelisted, ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { newEvent, type OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Product } from './catalogue/product.ts';
import type { Decision } from './stock/stock.ts';

/** A reservation begins with its decision. */
const FIRST_VERSION = 1;

/** What others hear of a product: all of it, since the topic keeps only the newest. */
export function productListedEvent(product: Product, cause: TraceContext): OutgoingEvent {
  const { sku, version, name, priceCents, currency, metadata, listedAt } = product;
  const data = { sku, version, name, priceCents, currency, metadata, listedAt: listedAt.toISOString() };
  return newEvent(ProductListed, data, cause);
}

/** What others hear of a product that is no longer sold. */
export function productDelistedEvent({ sku, version }: Product, cause: TraceContext): OutgoingEvent {
  return newEvent(ProductDelisted, { sku, version }, cause);
}

/** What others hear of an order's stock. */
export function reservationEvent({ orderId, missing }: Decision, cause: TraceContext): OutgoingEvent {
  const about = { orderId, version: FIRST_VERSION };
  if (missing.length === 0) return newEvent(StockReserved, about, cause);
  return newEvent(StockRejected, { ...about, missing }, cause);
}
