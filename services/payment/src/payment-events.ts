import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import { newEvent, type OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Payment } from './payment.ts';

/** What others hear of a payment that has just become what it is. */
export function paymentEvent(payment: Payment, cause: TraceContext): OutgoingEvent {
  const { id: paymentId, orderId, version, amountCents, currency } = payment;
  const money = { orderId, version, paymentId, amountCents, currency };
  switch (payment.status) {
    case 'captured':
      return newEvent(PaymentCaptured, money, cause);
    case 'refunded':
      return newEvent(PaymentRefunded, money, cause);
    default:
      return newEvent(PaymentDeclined, { orderId, version, reason: reasonOf(payment) }, cause);
  }
}

function reasonOf({ askedAt, cancelledAt }: Payment): string {
  if (askedAt) return 'declined by the payment provider';
  return cancelledAt ? 'no longer wanted' : 'refused by the payment provider until the deadline';
}
