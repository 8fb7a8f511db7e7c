import { ProductDelisted, ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import { type Subscription, subscribe } from '@repo/events';
import type { Alarm } from '@repo/observability';
import { advanceOn } from './advance-order.ts';
import { delistProduct, priceProduct } from './price-product.ts';

/** The events about orders that this service consumes, each with its use case. */
export function createSubscriptions(alarm: Alarm): Subscription[] {
  return [
    subscribe(StockReserved, advanceOn('stock.reserved', alarm)),
    subscribe(StockRejected, advanceOn('stock.rejected', alarm)),
    subscribe(PaymentCaptured, advanceOn('payment.captured', alarm)),
    subscribe(PaymentDeclined, advanceOn('payment.declined', alarm)),
    subscribe(PaymentRefunded, advanceOn('payment.refunded', alarm)),
  ];
}

/** The events about products. A new copy of the price list consumes them from the beginning. */
export const priceSubscriptions: Subscription[] = [
  subscribe(ProductListed, priceProduct),
  subscribe(ProductDelisted, delistProduct),
];
