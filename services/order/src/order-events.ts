import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRefunded,
  OrderReserved,
} from '@repo/contracts/order';
import { newEvent, type OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Order } from './order.ts';
import type { Reason } from './saga.ts';

/** The event of an order that has just changed. */
export function orderEvent(order: Order, traceContext: TraceContext): OutgoingEvent {
  const { id: orderId, version, customerId, totalCents, currency } = order;
  const deadlineAt = order.deadlineAt.toISOString();
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const about = { orderId, version, customerId };
  if (order.refundedAt)
    return newEvent(OrderRefunded, { ...about, amountCents: totalCents, currency }, traceContext);
  switch (order.status) {
    case 'placed':
      return newEvent(OrderPlaced, { ...about, lines, totalCents, currency, deadlineAt }, traceContext);
    case 'reserved': {
      const paymentToken = order.paymentToken as string;
      return newEvent(
        OrderReserved,
        { ...about, totalCents, currency, paymentToken, deadlineAt },
        traceContext,
      );
    }
    case 'confirmed':
      return newEvent(OrderConfirmed, { ...about, totalCents, currency, lines }, traceContext);
    case 'cancelled':
      return newEvent(OrderCancelled, { ...about, reason: order.reason as Reason, lines }, traceContext);
  }
}
