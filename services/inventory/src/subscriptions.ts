import { OrderCancelled, OrderConfirmed, OrderPlaced } from '@repo/contracts/order';
import { type Subscription, subscribe } from '@repo/events';
import { releaseStock } from './stock/release-stock.ts';
import { reserveStock } from './stock/reserve-stock.ts';
import { sellStock } from './stock/sell-stock.ts';

/** The events that this service consumes, each with its use case. */
export const subscriptions: Subscription[] = [
  subscribe(OrderPlaced, reserveStock),
  subscribe(OrderConfirmed, sellStock),
  subscribe(OrderCancelled, releaseStock),
];
