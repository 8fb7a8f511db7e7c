import { OrderCancelled, OrderReserved } from '@repo/contracts/order';
import { type Subscription, subscribe } from '@repo/events';
import { cancelPayment } from './cancel-payment.ts';
import { requestPayment } from './request-payment.ts';

/** What this service hears, and what it then does. */
export const subscriptions: Subscription[] = [
  subscribe(OrderReserved, requestPayment),
  subscribe(OrderCancelled, cancelPayment),
];
