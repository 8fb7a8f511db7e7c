import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import { newEvent, type OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Payment } from './payment.ts';

/** The event of a payment that has just changed its status. */
export function paymentEvent(payment: Payment, traceContext: TraceContext): OutgoingEvent {
  const { id: paymentId, orderId, version, amountCents, currency } = payment;
  const money = { orderId, version, paymentId, amountCents, currency };
  switch (payment.status) {
    case 'captured':
      return newEvent(PaymentCaptured, money, traceContext);
    case 'refunded':
      return newEvent(PaymentRefunded, money, traceContext);
    default:
      return newEvent(PaymentDeclined, { orderId, version, reason: reasonOf(payment) }, traceContext);
  }
}

function reasonOf({ askedAt, cancelledAt }: Payment): string {
  if (askedAt) return 'declined by the payment provider';
  return cancelledAt ? 'no longer wanted' : 'refused by the payment provider until the deadline';
}
