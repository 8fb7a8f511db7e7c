import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import type { Transaction } from '@repo/postgres';
import type { DuePayment } from './due-payment-store.ts';
import { type CaptureResult, type Refusal, settle } from './payment.ts';
import type { FoundCapture, PaymentProvider } from './payment-provider.ts';
import { NotSent, Refused } from './provider-client.ts';
import { recordAnswers } from './record-results.ts';

/**
 * Asks the provider for the money, under the payment's own key: asked twice, it captures once. Throws when the outcome
 * is not known; the same call is then sent again until the answer is definite. A payment that the claim has not marked
 * as asked is not to be asked for any more: nothing was captured, and nothing will be.
 *
 * The key serves only for as long as the provider keeps it. After that the payment is looked up first, and captured
 * again only if the provider knows nothing of it. No path takes more than two calls: they must end within the lease.
 */
export function capturePayment(provider: PaymentProvider) {
  return async (payment: DuePayment): Promise<CaptureResult | Refusal> => {
    const { askedAt, askedBefore, askUntil, isKeyExpired } = payment;
    if (!askedAt) return { status: 'declined' };
    // This process may have been held up since it claimed the payment.
    if (!askedBefore && askUntil !== null && askUntil < performance.now())
      throw new NotSent('The time of its order is up.');
    let isUnknownThere = !askedBefore;
    try {
      if (isKeyExpired) {
        const capture = await provider.findCapture(payment);
        if (capture) return captured(capture);
        isUnknownThere = true;
      }
      return await provider.capture(payment);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const refusal: Refusal = { status: 'refused', reason: error.message, isUnknownThere };
      return isUnknownThere ? refusal : await findOutAfter(refusal, payment, provider);
    }
  };
}

/** A call was refused, but an earlier one may have captured the payment. */
async function findOutAfter(
  refusal: Refusal,
  payment: DuePayment,
  provider: PaymentProvider,
): Promise<CaptureResult | Refusal> {
  try {
    const capture = await provider.findCapture(payment);
    return capture ? captured(capture) : { ...refusal, isUnknownThere: true };
  } catch {
    return refusal;
  }
}

function captured({ captureId }: FoundCapture): CaptureResult {
  return { status: 'captured', captureId };
}

/** Writes down what the provider answered, and the events of that. */
export function recordCaptures(
  tx: Transaction,
  done: Completed<DuePayment, CaptureResult | Refusal>[],
): Promise<OutgoingEvent[]> {
  return recordAnswers(tx, done, settle);
}
