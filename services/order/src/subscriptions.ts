import { ProductDelisted, ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import { type Subscription, subscribe } from '@repo/events';
import type { Alarm } from '@repo/observability';
import { advanceOrder } from './advance-order.ts';
import { delistProduct, priceProduct } from './price-product.ts';

/** What this service hears of its orders, and what it then does. */
export function createSubscriptions(alarm: Alarm): Subscription[] {
  return [
    subscribe(StockReserved, advanceOrder('stock.reserved', alarm)),
    subscribe(StockRejected, advanceOrder('stock.rejected', alarm)),
    subscribe(PaymentCaptured, advanceOrder('payment.captured', alarm)),
    subscribe(PaymentDeclined, advanceOrder('payment.declined', alarm)),
    subscribe(PaymentRefunded, advanceOrder('payment.refunded', alarm)),
  ];
}

/** What it hears of products: from the beginning, for each new copy of the price list. */
export const priceSubscriptions: Subscription[] = [
  subscribe(ProductListed, priceProduct),
  subscribe(ProductDelisted, delistProduct),
];
