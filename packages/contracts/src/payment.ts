import { type DataOf, defineEvent } from '@repo/events/event-type';
import { z } from 'zod';
import { cents, currency, id, version } from './fields.ts';

/** The events that the payment service publishes, once the payment provider's response is definite. */
export const PaymentCaptured = defineEvent({
  type: 'payment.captured',
  topic: 'payment.events',
  subject: 'orderId',
  schema: z.object({ orderId: id, version, paymentId: id, amountCents: cents, currency }),
});

export const PaymentDeclined = defineEvent({
  type: 'payment.declined',
  topic: 'payment.events',
  subject: 'orderId',
  schema: z.object({ orderId: id, version, reason: z.string() }),
});

export const PaymentRefunded = defineEvent({
  type: 'payment.refunded',
  topic: 'payment.events',
  subject: 'orderId',
  schema: z.object({ orderId: id, version, paymentId: id, amountCents: cents, currency }),
});

export type PaymentCaptured = DataOf<typeof PaymentCaptured>;
export type PaymentDeclined = DataOf<typeof PaymentDeclined>;
export type PaymentRefunded = DataOf<typeof PaymentRefunded>;
