import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import type { Transaction } from '@repo/postgres';
import type { DuePayment } from './due-payment-store.ts';
import { type Refusal, refund } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { Refused } from './provider-client.ts';
import { recordResults } from './record-results.ts';

/** The definite outcome of a refund, or a refusal. */
export type RefundResult = { status: 'refunded' } | Refusal;

/**
 * Refunds a captured payment whose order was cancelled, under a key of its own: the provider refunds once. Where it
 * refuses, somebody may have refunded the payment by hand, so the capture is looked up.
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

/** Records the results of refunds, and returns their events. */
export function recordRefunds(
  tx: Transaction,
  done: Completed<DuePayment, RefundResult>[],
): Promise<OutgoingEvent[]> {
  return recordResults(tx, done, (payment, _result, at) => refund(payment, at));
}
