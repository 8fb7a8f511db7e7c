import { PaymentCaptured, PaymentDeclined } from '@tenfold/contracts/payment';
import { newEvent, type OutgoingEvent } from '@tenfold/events';
import type { Cause } from '@tenfold/observability';
import type { Payment } from './payment.ts';

/** What others hear of a payment that has just been settled. */
export function announce(payment: Payment, cause: Cause): OutgoingEvent {
  const { id: paymentId, orderId, version, amountCents, currency } = payment;
  if (payment.status === 'captured') {
    return newEvent(PaymentCaptured, { orderId, version, paymentId, amountCents, currency }, cause);
  }
  return newEvent(PaymentDeclined, { orderId, version, reason: 'declined by the payment provider' }, cause);
}
