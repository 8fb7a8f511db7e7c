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
  /** No first capture after this. */
  deadlineAt: Date | null;
  /** When the first capture was sent: from then on its outcome has to be found out. Null again once it is refused. */
  askedAt: Date | null;
  /** When the order was cancelled: no first capture after this, and a captured amount is refunded. */
  cancelledAt: Date | null;
  settledAt: Date | null;
}

/** An order that has its stock and waits for its payment. */
export interface PaymentRequest {
  orderId: string;
  customerId: string;
  totalCents: number;
  currency: string;
  paymentToken: string;
  deadlineAt: Date;
}

/** The definite outcome of a capture. */
export type CaptureResult = { status: 'captured'; captureId: string } | { status: 'declined' };

/** The provider has refused the call. The payment stays as it is. */
export interface Refusal {
  status: 'refused';
  reason: string;
  /** Whether the provider knows no capture of the payment either, so that no earlier call has captured it. */
  isUnknownThere: boolean;
}

/** A payment, and until when the provider knows the key of its first capture; null before that. */
export type Askable = Pick<Payment, 'status' | 'askedAt' | 'cancelledAt' | 'deadlineAt'> & {
  keyExpiresAt: Date | null;
};

/**
 * The next call to the provider about a payment.
 * - `capture`: the first one, or the same call with the same key until its outcome is known.
 * - `find-out`: the outcome of a capture is unknown and its key has expired, so the capture is looked up first.
 * - `refund`: a captured amount of a cancelled order.
 * - `none`: the payment is settled; or no capture was sent, and none may be sent after a cancellation or a deadline.
 */
export type Call = 'capture' | 'find-out' | 'refund' | 'none';

export function nextCall(payment: Askable, now: Date): Call {
  if (owesRefund(payment)) return 'refund';
  if (payment.status !== 'pending') return 'none';
  if (payment.askedAt) return isOver(payment.keyExpiresAt, now) ? 'find-out' : 'capture';
  return payment.cancelledAt || isOver(payment.deadlineAt, now) ? 'none' : 'capture';
}

function isOver(limit: Date | null, now: Date): boolean {
  return limit !== null && limit <= now;
}

/** Whether this number of refusals raises an alarm: the first, and each tenth. */
export function isAlarming(refusals: number): boolean {
  return refusals === 1 || refusals % 10 === 0;
}

/** A payment before it is stored: the insert sets `createdAt`. */
export type NewPayment = Omit<Payment, 'createdAt'>;

export function request(order: PaymentRequest, id: string): NewPayment {
  const { totalCents, ...rest } = order;
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

/** Settles a pending payment by the provider's response; a settled payment does not change. */
export function settle(payment: Payment, result: CaptureResult, at: Date): Payment {
  if (payment.status !== 'pending') return payment;
  const captureId = result.status === 'captured' ? result.captureId : null;
  const version = payment.version + 1;
  return { ...payment, status: result.status, version, captureId, paymentToken: null, settledAt: at };
}

/** Whether a captured amount is due to be refunded. */
export function owesRefund({ status, cancelledAt }: Pick<Payment, 'status' | 'cancelledAt'>): boolean {
  return status === 'captured' && cancelledAt !== null;
}

/** Refunds a captured payment, the whole amount. */
export function refund(payment: Payment, at: Date): Payment {
  if (payment.status !== 'captured') return payment;
  const version = payment.version + 1;
  return { ...payment, status: 'refunded', version, refundedCents: payment.amountCents, settledAt: at };
}

/** A call that the provider refused, and the state of the payment at its claim. */
export interface RefusedCall {
  wasAskedBefore: boolean;
  isUnknownThere: boolean;
  /** For how long every call had been refused when this one was claimed. */
  refusedForMs: number;
  delayMs: number;
}

/** By then a call from before the refusals has ended: its time limit is far shorter. */
const DOUBT_MS = 60_000;

/**
 * Decides whether a refused payment counts as not asked for, and when it is due again: at its deadline at the latest,
 * and at once where its order has been cancelled. A refused first capture leaves no doubt. Nor do refusals after a
 * capture whose outcome is unknown, once they have lasted for a minute and the provider knows no capture.
 */
export function afterRefusal(
  { status, cancelledAt, deadlineAt }: Pick<Payment, 'status' | 'cancelledAt' | 'deadlineAt'>,
  { wasAskedBefore, isUnknownThere, refusedForMs, delayMs }: RefusedCall,
  at: Date,
): { isUnasked: boolean; dueAt: Date } {
  const later = new Date(at.getTime() + delayMs);
  if (status !== 'pending') return { isUnasked: false, dueAt: later };
  const isUnasked = !wasAskedBefore || (isUnknownThere && refusedForMs > DOUBT_MS);
  if (isUnasked && cancelledAt) return { isUnasked, dueAt: at };
  const isDeadlineNext = deadlineAt !== null && deadlineAt > at && deadlineAt < later;
  return { isUnasked, dueAt: isDeadlineNext ? deadlineAt : later };
}
