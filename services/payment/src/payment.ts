/** A payment and its rules. Pure. */
export type Status = 'pending' | 'captured' | 'declined' | 'refunded';

export interface Payment {
  id: string;
  orderId: string;
  customerId: string;
  status: Status;
  version: number;
  amountCents: number;
  refundedCents: number;
  currency: string;
  paymentToken: string | null;
  captureId: string | null;
  createdAt: Date;
  settledAt: Date | null;
}

/** What was asked for: the price of an order that has its stock. */
export interface PaymentRequest {
  orderId: string;
  customerId: string;
  totalCents: number;
  currency: string;
  paymentToken: string;
}

/** What the payment provider answered, once that is definite. */
export type CaptureAnswer = { status: 'captured'; captureId: string } | { status: 'declined' };

export function request(asked: PaymentRequest, { id, at }: { id: string; at: Date }): Payment {
  const { orderId, customerId, totalCents, currency, paymentToken } = asked;
  return {
    id,
    orderId,
    customerId,
    status: 'pending',
    version: 1,
    amountCents: totalCents,
    refundedCents: 0,
    currency,
    paymentToken,
    captureId: null,
    createdAt: at,
    settledAt: null,
  };
}

/** The payment as it is after the provider's answer. */
export function settle(payment: Payment, answer: CaptureAnswer, at: Date): Payment {
  const captureId = answer.status === 'captured' ? answer.captureId : null;
  const version = payment.version + 1;
  return { ...payment, status: answer.status, version, captureId, paymentToken: null, settledAt: at };
}
