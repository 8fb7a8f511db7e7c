import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import type { Transaction } from '@repo/postgres';
import { type DuePayment, nowFor } from './due-payment-store.ts';
import { type CaptureResult, nextCall, type Refusal, settle } from './payment.ts';
import type { FoundCapture, PaymentProvider } from './payment-provider.ts';
import { NotSent, Refused } from './provider-client.ts';
import { recordResults } from './record-results.ts';

type Result = CaptureResult | Refusal;

/**
 * Makes the next call about a pending payment, under the payment's own key: the provider captures once, however often it
 * is called. Throws when the outcome is unknown; the same call is then sent again until it is known. No path makes more
 * than two calls: they must end within the lease.
 */
export function capturePayment(provider: PaymentProvider) {
  return async (payment: DuePayment): Promise<Result> => {
    const call = nextCall(payment, nowFor(payment));
    if (call === 'none') return withoutCapture(payment);
    try {
      if (call === 'find-out') return await findOutAndCapture(payment, provider);
      return await provider.capture(payment);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return await refused(error, payment, provider);
    }
  };
}

/** No capture was sent, and none will be. The process may also have been held up between the claim and the deadline. */
function withoutCapture({ isFirstCapture }: DuePayment): CaptureResult {
  if (isFirstCapture) throw new NotSent('The deadline of the order has passed.');
  return { status: 'declined' };
}

/** After the key has expired the same call is a new capture, so it is sent only where the provider knows of none. */
async function findOutAndCapture(payment: DuePayment, provider: PaymentProvider): Promise<Result> {
  const capture = await provider.findCapture(payment);
  if (capture) return captured(capture);
  try {
    return await provider.capture(payment);
  } catch (error) {
    if (error instanceof Refused) return refusal(error, true);
    throw error;
  }
}

/** A refused first capture leaves no doubt; after other calls an earlier one may have captured the payment. */
async function refused(error: Refused, payment: DuePayment, provider: PaymentProvider): Promise<Result> {
  if (payment.isFirstCapture) return refusal(error, true);
  try {
    const capture = await provider.findCapture(payment);
    return capture ? captured(capture) : refusal(error, true);
  } catch {
    return refusal(error, false);
  }
}

function refusal({ message }: Refused, isUnknownThere: boolean): Refusal {
  return { status: 'refused', reason: message, isUnknownThere };
}

function captured({ captureId }: FoundCapture): CaptureResult {
  return { status: 'captured', captureId };
}

/** Records the results of captures, and returns their events. */
export function recordCaptures(
  tx: Transaction,
  done: Completed<DuePayment, Result>[],
): Promise<OutgoingEvent[]> {
  return recordResults(tx, done, settle);
}
