import type { Done } from '@tenfold/due';
import type { OutgoingEvent } from '@tenfold/events';
import type { Transaction } from '@tenfold/postgres';
import { announce } from './announce.ts';
import { type CaptureAnswer, settle } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { type DuePayment, updatePending } from './payment-store.ts';

/**
 * Asks the provider for the money, under the payment's own key: asked twice, it captures once. Throws when the outcome
 * is not known; the same call is then sent again until the answer is definite.
 */
export function capturePayment(provider: PaymentProvider) {
  return (payment: DuePayment): Promise<CaptureAnswer> => provider.capture(payment);
}

/** Writes down what the provider answered, and says so. */
export async function recordCaptures(
  tx: Transaction,
  done: Done<DuePayment, CaptureAnswer>[],
): Promise<OutgoingEvent[]> {
  const at = new Date();
  const settled = done.map(({ row, answer, traceparent }) => ({
    payment: settle(row, answer, at),
    traceparent,
  }));
  const changed = await updatePending(
    tx,
    settled.map(({ payment }) => payment),
  );
  return settled
    .filter(({ payment }) => changed.has(payment.id))
    .map(({ payment, ...cause }) => announce(payment, cause));
}
