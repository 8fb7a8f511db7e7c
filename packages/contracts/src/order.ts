import { type DataOf, defineEvent } from '@repo/events/event-type';
import { z } from 'zod';
import { cents, currency, id, instant, orderedLines, version } from './fields.ts';

/** The events that the order service publishes. Every other service consumes them. */
export const OrderPlaced = defineEvent({
  type: 'order.placed',
  topic: 'order.events',
  subject: 'orderId',
  schema: z.object({
    orderId: id,
    version,
    customerId: id,
    lines: orderedLines,
    totalCents: cents,
    currency,
    deadlineAt: instant,
  }),
});

export const OrderReserved = defineEvent({
  type: 'order.reserved',
  topic: 'order.events',
  subject: 'orderId',
  schema: z.object({
    orderId: id,
    version,
    customerId: id,
    totalCents: cents,
    currency,
    paymentToken: z.string(),
    deadlineAt: instant,
  }),
});

export const OrderConfirmed = defineEvent({
  type: 'order.confirmed',
  topic: 'order.events',
  subject: 'orderId',
  schema: z.object({
    orderId: id,
    version,
    customerId: id,
    totalCents: cents,
    currency,
    lines: orderedLines,
  }),
});

export const OrderCancelled = defineEvent({
  type: 'order.cancelled',
  topic: 'order.events',
  subject: 'orderId',
  schema: z.object({
    orderId: id,
    version,
    customerId: id,
    reason: z.enum(['out-of-stock', 'payment-declined', 'customer', 'deadline']),
    lines: orderedLines,
  }),
});

export const OrderRefunded = defineEvent({
  type: 'order.refunded',
  topic: 'order.events',
  subject: 'orderId',
  schema: z.object({ orderId: id, version, customerId: id, amountCents: cents, currency }),
});

export type OrderPlaced = DataOf<typeof OrderPlaced>;
export type OrderReserved = DataOf<typeof OrderReserved>;
export type OrderConfirmed = DataOf<typeof OrderConfirmed>;
export type OrderCancelled = DataOf<typeof OrderCancelled>;
export type OrderRefunded = DataOf<typeof OrderRefunded>;
