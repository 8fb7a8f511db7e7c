import { OrderCancelled, OrderReserved } from '@tenfold/contracts/order';
import { type Subscription, subscribe } from '@tenfold/events';
import { cancelPayment } from './cancel-payment.ts';
import { requestPayment } from './request-payment.ts';

/** What this service hears, and what it then does. */
export const subscriptions: Subscription[] = [
  subscribe(OrderReserved, requestPayment),
  subscribe(OrderCancelled, cancelPayment),
];
