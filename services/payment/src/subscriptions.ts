import { OrderReserved } from '@tenfold/contracts/order';
import { type Subscription, subscribe } from '@tenfold/events';
import { requestPayment } from './request-payment.ts';

/** What this service hears, and what it then does. */
export const subscriptions: Subscription[] = [subscribe(OrderReserved, requestPayment)];
