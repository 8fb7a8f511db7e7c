import { randomUUID } from 'node:crypto';
import { StockReserved } from '@repo/contracts/inventory';
import { OrderCancelled, OrderConfirmed } from '@repo/contracts/order';
import { newEvent, type OutgoingEvent } from '../src/index.ts';

/** Events for tests of the machinery, which does not care what they say. */
export const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

export const stockReserved = (orderId: string = randomUUID(), version = 1) => ({ orderId, version });

/** What a handler or a door says. */
export function outgoingEvent(orderId: string, version = 1): OutgoingEvent {
  return newEvent(StockReserved, stockReserved(orderId, version), {});
}

const lines = [{ sku: 'KEYBOARD', quantity: 1 }];
const customerId = randomUUID();

export const confirmed = (orderId: string) => ({
  orderId,
  version: 3,
  customerId,
  totalCents: 100,
  currency: 'EUR',
  lines,
});
export const cancelled = (orderId: string) => ({
  orderId,
  version: 3,
  customerId,
  reason: 'customer' as const,
  lines,
});
export { OrderCancelled, OrderConfirmed, StockReserved };
