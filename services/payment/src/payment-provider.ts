import { createAlarm, type Logger } from '@repo/observability';
import { z } from 'zod';
import type { CaptureResult, Payment } from './payment.ts';
import { createProviderClient } from './provider-client.ts';

/** The payment provider, as this service needs it. */
export interface PaymentProvider {
  /** @throws Refused; another error when the outcome is unknown, or when the response does not match the request. */
  capture(payment: Payment): Promise<CaptureResult>;
  /** @throws as `capture` does. */
  refund(payment: Payment): Promise<void>;
  /**
   * Looks up the capture of a payment's order, without a key; undefined when the provider knows none.
   * @throws as `capture` does.
   */
  findCapture(payment: Payment): Promise<FoundCapture | undefined>;
  /** Every movement of money in the provider's ledger. */
  listMovements(): Promise<Movement[]>;
  /** The number of calls that may be sent now; one or none while the circuit is open. */
  callLimit(): number;
}

export interface FoundCapture {
  captureId: string;
  isRefunded: boolean;
}

const Response = z.object({
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

  /** Returns the response if it matches the request. Any other raises an alarm, and is no success. */
  function checked(payment: Payment, body: unknown, expected: string[]) {
    const { orderId, amountCents, currency } = payment;
    const { success, data } = Response.safeParse(body);
    const isMatch =
      success &&
      data.reference === orderId &&
      data.amountCents === amountCents &&
      data.currency === currency &&
      expected.includes(data.status);
    if (isMatch) return data;
    // Not the whole response: its text is not ours to log.
    const answered = success ? { answered: data } : {};
    alarm('provider-response-mismatch', 'the response of the payment provider does not match the request', {
      orderId,
      ...answered,
    });
    throw new Error('The response of the payment provider does not match the request.');
  }

  return {
    async capture(payment) {
      const { id, orderId, amountCents, currency, paymentToken } = payment;
      const captureRequest = { reference: orderId, amountCents, currency, token: paymentToken };
      const body = await client.post('/v1/captures', id, captureRequest);
      const { id: captureId, status } = checked(payment, body, ['captured', 'declined', 'refunded']);
      return status === 'declined' ? { status: 'declined' } : { status: 'captured', captureId };
    },
    async refund(payment) {
      const { id, captureId, amountCents } = payment;
      const body = await client.post('/v1/refunds', `${id}-refund`, { captureId, amountCents });
      checked(payment, body, ['refunded']);
    },
    async findCapture(payment) {
      const body = await client.get('/v1/captures', { reference: payment.orderId });
      const { items } = z.object({ items: z.array(z.looseObject({ id: z.string() })) }).parse(body);
      // One item, unless somebody else has captured for the order too: `reconcile` reports that.
      const found = items.find(({ id }) => id === payment.captureId) ?? items[0];
      if (!found) return undefined;
      const { id, status } = checked(payment, found, ['captured', 'refunded']);
      return { captureId: id, isRefunded: status === 'refunded' };
    },
    async listMovements() {
      return z.object({ items: z.array(Movement) }).parse(await client.get('/v1/ledger')).items;
    },
    callLimit: client.callLimit,
  };
}
