import type { Done } from '@tenfold/due';
import type { OutgoingEvent } from '@tenfold/events';
import type { Transaction } from '@tenfold/postgres';
import { type CaptureAnswer, settle } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { DuePayment } from './payment-store.ts';
import { NotSent } from './provider-client.ts';
import { recordAnswers } from './record-answers.ts';

/**
 * Asks the provider for the money, under the payment's own key: asked twice, it captures once. Throws when the outcome
 * is not known; the same call is then sent again until the answer is definite. A payment that nobody wants any more is
 * not asked for, unless it has been before: then what came of that has to be found out.
 */
export function capturePayment(provider: PaymentProvider) {
  return async (payment: DuePayment): Promise<CaptureAnswer> => {
    const { askedBefore, cancelledAt, deadlineAt } = payment;
    if (!askedBefore && cancelledAt) return { status: 'declined' };
    // This process may have been held up since it took the payment.
    if (!askedBefore && deadlineAt && deadlineAt < new Date())
      throw new NotSent('The time of its order is up.');
    return provider.capture(payment);
  };
}

/** Writes down what the provider answered, and says so. */
export function recordCaptures(
  tx: Transaction,
  done: Done<DuePayment, CaptureAnswer>[],
): Promise<OutgoingEvent[]> {
  return recordAnswers(tx, done, settle);
}
