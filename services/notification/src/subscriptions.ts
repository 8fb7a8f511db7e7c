import { OrderCancelled, OrderConfirmed, OrderRefunded } from '@repo/contracts/order';
import { type Subscription, subscribe } from '@repo/events';
import { writeMessage } from './write-message.ts';

/** What this service hears, and what it then does. */
export const subscriptions: Subscription[] = [
  subscribe(OrderConfirmed, writeMessage('order-confirmed')),
  subscribe(OrderCancelled, writeMessage('order-cancelled')),
  subscribe(OrderRefunded, writeMessage('order-refunded')),
];
