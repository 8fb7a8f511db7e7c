import { OrderCancelled, OrderConfirmed, OrderRefunded } from '@repo/contracts/order';
import { type Subscription, subscribe } from '@repo/events';
import { writeMessage } from './write-message.ts';

/** The events that this service consumes, each with its use case. */
export const subscriptions: Subscription[] = [
  subscribe(OrderConfirmed, writeMessage('order-confirmed')),
  subscribe(OrderCancelled, writeMessage('order-cancelled')),
  subscribe(OrderRefunded, writeMessage('order-refunded')),
];
