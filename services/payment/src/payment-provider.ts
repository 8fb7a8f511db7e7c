import { createAlarm, type Logger } from '@repo/observability';
import { z } from 'zod';
import type { CaptureResult, Payment } from './payment.ts';
import { createProviderClient } from './provider-client.ts';

/** The payment provider, as this service needs it. */
export interface PaymentProvider {
  /** @throws Refused; anything else when the outcome is not known, or is not what was asked for. */
  capture(payment: Payment): Promise<CaptureResult>;
  /** @throws as `capture` does. */
  refund(payment: Payment): Promise<void>;
  /**
   * Looks a payment up by its order, without a key: the capture, or undefined when the provider knows of none.
   * @throws as `capture` does.
   */
  findCapture(payment: Payment): Promise<FoundCapture | undefined>;
  /** Every movement of money in the provider's own books. */
  listMovements(): Promise<Movement[]>;
  /** How many calls it may be sent now: few or none while it is so unwell that it is left alone. */
  room(): number;
}

export interface FoundCapture {
  captureId: string;
  isRefunded: boolean;
}

const Answer = z.object({
  id: z.string(),
  reference: z.string(),
  status: z.enum(['captured', 'declined', 'refunded']),
  amountCents: z.int(),
  currency: z.string(),
});

const Movement = z.object({
  id: z.string(),
  kind: z.enum(['capture', 'refund']),
  reference: z.string(),
  amountCents: z.int(),
  currency: z.string(),
});
export type Movement = z.infer<typeof Movement>;

export function createPaymentProvider(options: {
  url: string;
  timeoutMs: number;
  log: Logger;
}): PaymentProvider {
  const client = createProviderClient(options);
  const alarm = createAlarm(options.log);

  /** The answer, if it is about what was asked for. Anything else is for a person to look at, and no success. */
  function checked(payment: Payment, body: unknown, expected: string[]) {
    const { orderId, amountCents, currency } = payment;
    const { success, data } = Answer.safeParse(body);
    const isAsAsked =
      success &&
      data.reference === orderId &&
      data.amountCents === amountCents &&
      data.currency === currency &&
      expected.includes(data.status);
    if (isAsAsked) return data;
    // Not the whole answer, which is somebody else's words.
    const answered = success ? { answered: data } : {};
    alarm('provider-response-mismatch', 'the payment provider answered something other than was requested', {
      orderId,
      ...answered,
    });
    throw new Error('The payment provider answered something else than was asked.');
  }

  return {
    async capture(payment) {
      const { id, orderId, amountCents, currency, paymentToken } = payment;
      const captureRequest = { reference: orderId, amountCents, currency, token: paymentToken };
      const body = await client.post('/v1/captures', id, captureRequest);
      const answer = checked(payment, body, ['captured', 'declined', 'refunded']);
      return answer.status === 'declined'
        ? { status: 'declined' }
        : { status: 'captured', captureId: answer.id };
    },
    async refund(payment) {
      const { id, captureId, amountCents } = payment;
      const body = await client.post('/v1/refunds', `${id}-refund`, { captureId, amountCents });
      checked(payment, body, ['refunded']);
    },
    async findCapture(payment) {
      const body = await client.get('/v1/captures', { reference: payment.orderId });
      const { items } = z.object({ items: z.array(z.looseObject({ id: z.string() })) }).parse(body);
      // There is one, unless somebody else has captured for the order too: `reconcile` reports that.
      const found = items.find(({ id }) => id === payment.captureId) ?? items[0];
      if (!found) return undefined;
      const { id, status } = checked(payment, found, ['captured', 'refunded']);
      return { captureId: id, isRefunded: status === 'refunded' };
    },
    async listMovements() {
      return z.object({ items: z.array(Movement) }).parse(await client.get('/v1/ledger')).items;
    },
    room: client.room,
  };
}
