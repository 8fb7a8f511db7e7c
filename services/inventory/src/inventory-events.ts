import { ProductDelisted, ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { newEvent, type OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Product } from './catalogue/product.ts';
import type { Decision } from './stock/stock.ts';

/** The decision is the first version of a reservation. */
const FIRST_VERSION = 1;

/** The event of a listed or changed product. It holds all of it: the topic keeps only the newest event of a product. */
export function productListedEvent(product: Product, traceContext: TraceContext): OutgoingEvent {
  const { sku, version, name, priceCents, currency, metadata, listedAt } = product;
  const data = { sku, version, name, priceCents, currency, metadata, listedAt: listedAt.toISOString() };
  return newEvent(ProductListed, data, traceContext);
}

/** The event of a product that is no longer sold. */
export function productDelistedEvent({ sku, version }: Product, traceContext: TraceContext): OutgoingEvent {
  return newEvent(ProductDelisted, { sku, version }, traceContext);
}

/** The event of an order's reservation, or of its rejection. */
export function reservationEvent({ orderId, missing }: Decision, traceContext: TraceContext): OutgoingEvent {
  const about = { orderId, version: FIRST_VERSION };
  if (missing.length === 0) return newEvent(StockReserved, about, traceContext);
  return newEvent(StockRejected, { ...about, missing }, traceContext);
}
