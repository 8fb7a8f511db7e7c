import { z } from 'zod';
import type { CaptureAnswer, Payment } from './payment.ts';

/** The payment provider, as this service needs it. */
export interface PaymentProvider {
  /** @throws when the outcome is not known, or is not what was asked for. */
  capture(payment: Payment): Promise<CaptureAnswer>;
}

const Capture = z.object({
  id: z.string(),
  reference: z.string(),
  status: z.enum(['captured', 'declined', 'refunded']),
  amountCents: z.int(),
  currency: z.string(),
});

export function createPaymentProvider({
  url,
  timeoutMs,
}: {
  url: string;
  timeoutMs: number;
}): PaymentProvider {
  return {
    async capture({ id, orderId, amountCents, currency, paymentToken }) {
      const response = await fetch(new URL('/v1/captures', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': id },
        body: JSON.stringify({ reference: orderId, amountCents, currency, token: paymentToken }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`The payment provider answered ${response.status}.`);
      const answer = Capture.parse(await response.json());
      const asAsked =
        answer.reference === orderId && answer.amountCents === amountCents && answer.currency === currency;
      if (!asAsked) throw new Error(`The payment provider's answer ${answer.id} is not what was asked for.`);
      return answer.status === 'declined'
        ? { status: 'declined' }
        : { status: 'captured', captureId: answer.id };
    },
  };
}
