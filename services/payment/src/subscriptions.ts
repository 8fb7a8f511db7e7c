import { OrderCancelled, OrderReserved } from '@repo/contracts/order';
import { type Subscription, subscribe } from '@repo/events';
import { cancelPayment } from './cancel-payment.ts';
import { requestPayment } from './request-payment.ts';

/** The events that this service consumes, each with its use case. */
export const subscriptions: Subscription[] = [
  subscribe(OrderReserved, requestPayment),
  subscribe(OrderCancelled, cancelPayment),
];
