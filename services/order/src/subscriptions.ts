import { ProductListed, StockRejected, StockReserved } from '@tenfold/contracts/inventory';
import { PaymentCaptured, PaymentDeclined } from '@tenfold/contracts/payment';
import { type Subscription, subscribe } from '@tenfold/events';
import { type Alarm, advanceOrder } from './advance-order.ts';
import { priceProduct } from './price-product.ts';

/** What this service hears, and what it then does. */
export function createSubscriptions(alarm: Alarm): Subscription[] {
  return [
    subscribe(StockReserved, advanceOrder('stock.reserved', alarm)),
    subscribe(StockRejected, advanceOrder('stock.rejected', alarm)),
    subscribe(PaymentCaptured, advanceOrder('payment.captured', alarm)),
    subscribe(PaymentDeclined, advanceOrder('payment.declined', alarm)),
    subscribe(ProductListed, priceProduct),
  ];
}
