import { ProductDelisted, ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import { type Subscription, subscribe } from '@repo/events';
import type { Alarm } from '@repo/observability';
import { advanceOrder } from './advance-order.ts';
import { delistProduct, priceProduct } from './price-product.ts';

/** The events about orders that this service consumes, each with its use case. */
export function createSubscriptions(alarm: Alarm): Subscription[] {
  return [
    subscribe(StockReserved, advanceOrder('stock.reserved', alarm)),
    subscribe(StockRejected, advanceOrder('stock.rejected', alarm)),
    subscribe(PaymentCaptured, advanceOrder('payment.captured', alarm)),
    subscribe(PaymentDeclined, advanceOrder('payment.declined', alarm)),
    subscribe(PaymentRefunded, advanceOrder('payment.refunded', alarm)),
  ];
}

/** The events about products. A new copy of the price list consumes them from the beginning. */
export const priceSubscriptions: Subscription[] = [
  subscribe(ProductListed, priceProduct),
  subscribe(ProductDelisted, delistProduct),
];
