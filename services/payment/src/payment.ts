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
  /** After this the provider is not asked for the first time. */
  deadlineAt: Date | null;
  /** When the provider was first asked: from then on its answer has to be found out. Empty when it has refused. */
  askedAt: Date | null;
  /** When the order was cancelled: from then on nobody wants this payment. */
  cancelledAt: Date | null;
  settledAt: Date | null;
}

/** What was asked for: the price of an order that has its stock. */
export interface PaymentRequest {
  orderId: string;
  customerId: string;
  totalCents: number;
  currency: string;
  paymentToken: string;
  deadlineAt: Date;
}

/** What the payment provider answered, once that is definite. */
export type CaptureResult = { status: 'captured'; captureId: string } | { status: 'declined' };

/** The provider has refused the call, which settles nothing. */
export interface Refusal {
  status: 'refused';
  reason: string;
  /** Whether it also knows nothing of the payment, so that no earlier call has captured it. */
  isUnknownThere: boolean;
}

/** Whether an alarm is due for so many refusals: for the first, and for each tenth. */
export function isAlarming(refusals: number): boolean {
  return refusals === 1 || refusals % 10 === 0;
}

/** A payment that is not kept yet: when it was asked for, is noted as it is kept. */
export type NewPayment = Omit<Payment, 'createdAt'>;

export function request(asked: PaymentRequest, id: string): NewPayment {
  const { totalCents, ...rest } = asked;
  return {
    ...rest,
    id,
    status: 'pending',
    version: 1,
    amountCents: totalCents,
    refundedCents: 0,
    captureId: null,
    askedAt: null,
    cancelledAt: null,
    settledAt: null,
  };
}

/** The payment as it is after the provider's answer; one that has been settled stays so. */
export function settle(payment: Payment, answer: CaptureResult, at: Date): Payment {
  if (payment.status !== 'pending') return payment;
  const captureId = answer.status === 'captured' ? answer.captureId : null;
  const version = payment.version + 1;
  return { ...payment, status: answer.status, version, captureId, paymentToken: null, settledAt: at };
}

/** Whether what was captured is to be paid back. */
export function owesRefund({ status, cancelledAt }: Pick<Payment, 'status' | 'cancelledAt'>): boolean {
  return status === 'captured' && cancelledAt !== null;
}

/** The payment as it is once all of it has been paid back. */
export function refund(payment: Payment, at: Date): Payment {
  if (payment.status !== 'captured') return payment;
  const version = payment.version + 1;
  return { ...payment, status: 'refunded', version, refundedCents: payment.amountCents, settledAt: at };
}
