import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import type { Transaction } from '@repo/postgres';
import type { DuePayment } from './due-payment-store.ts';
import { type Refusal, refund } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { Refused } from './provider-client.ts';
import { recordAnswers } from './record-results.ts';

/** What came of a refund. */
export type RefundResult = { status: 'refunded' } | Refusal;

/**
 * Pays back what was captured for an order that has been cancelled, under a key of its own: once, like the capture. Where
 * the provider refuses, it may have been paid back without us, so the capture is looked up.
 */
export function refundPayment(provider: PaymentProvider) {
  return async (payment: DuePayment): Promise<RefundResult> => {
    try {
      await provider.refund(payment);
      return { status: 'refunded' };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const capture = await provider.findCapture(payment).catch(() => undefined);
      const isRefunded = capture?.captureId === payment.captureId && capture?.isRefunded;
      if (isRefunded) return { status: 'refunded' };
      return { status: 'refused', reason: error.message, isUnknownThere: false };
    }
  };
}

/** Writes down that the money is on its way back, and the events of that. */
export function recordRefunds(
  tx: Transaction,
  done: Completed<DuePayment, RefundResult>[],
): Promise<OutgoingEvent[]> {
  return recordAnswers(tx, done, (payment, _answer, at) => refund(payment, at));
}
