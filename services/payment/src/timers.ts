import { type ClaimLimits, createJobWorker, type JobWorker, type JobWorkerOptions } from '@repo/jobs';
import { createAlarm, type Logger, traceIdOf } from '@repo/observability';
import type { Database } from '@repo/postgres';
import { capturePayment, recordCaptures } from './capture-payment.ts';
import { claimDuePayments, type DuePayment, LEASE_MS, postponePayment } from './due-payment-store.ts';
import { type CaptureResult, isAlarming, type Refusal } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { wasNotSent } from './provider-client.ts';
import { isRefusal } from './record-results.ts';
import { type RefundResult, recordRefunds, refundPayment } from './refund-payment.ts';

export interface TimerOptions {
  database: Database;
  provider: PaymentProvider;
  /** How long one call to the provider may take. */
  providerTimeoutMs: number;
  /** For how long the provider keeps idempotency keys. */
  keyTtlHours: number;
  log: Logger;
  onCommit: () => void;
}

/** A payment is looked up by its order before or after its call: two calls, one after the other. */
const CALLS_OF_A_TRY = 2;

/** What this service does when its time has come. */
export function createTimers(options: TimerOptions): { captures: JobWorker; refunds: JobWorker } {
  const { database, provider, providerTimeoutMs, log, onCommit } = options;
  // Every payment in hand has a connection of its own to the provider, so none waits for another.
  const limits = { callLimitMs: CALLS_OF_A_TRY * providerTimeoutMs, leaseMs: LEASE_MS };
  const refunds = createJobWorker<DuePayment, RefundResult>({
    name: 'refund payment',
    claim: whileWell(options, 'captured'),
    perform: alarmed(refundPayment(provider), { name: 'refund payment', log }),
    isRefusal,
    record: recordRefunds,
    postpone,
    database,
    log,
    onCommit,
    ...limits,
  });
  const captures = createJobWorker<DuePayment, CaptureResult | Refusal>({
    name: 'capture payment',
    claim: whileWell(options, 'pending'),
    perform: alarmed(capturePayment(provider), { name: 'capture payment', log }),
    isRefusal,
    record: recordCaptures,
    postpone,
    database,
    log,
    onCommit,
    ...limits,
  });
  return { captures, refunds };
}

/** While the provider is left alone, payments wait where they are. */
function whileWell({ provider, keyTtlHours }: TimerOptions, status: 'pending' | 'captured') {
  return async (database: Database, room: ClaimLimits) => {
    const limit = Math.min(room.limit, provider.room());
    return limit > 0 ? claimDuePayments(database, { ...room, limit, status, keyTtlHours }) : [];
  };
}

/** Raises an alarm for the first call about a payment that the provider refuses, and for each tenth. */
function alarmed<Answer extends { status: string }>(
  perform: (payment: DuePayment) => Promise<Answer | Refusal>,
  { name, log }: { name: string; log: Logger },
) {
  const alarm = createAlarm(log);
  return async (payment: DuePayment): Promise<Answer | Refusal> => {
    const answer = await perform(payment);
    const refusals = payment.refusals + 1;
    if (isRefusal(answer) && isAlarming(refusals)) {
      const { orderId } = payment;
      const facts = { name, orderId, traceId: traceIdOf(payment), refusals, reason: answer.reason };
      alarm('provider-call-refused', 'the payment provider refused a call', facts);
    }
    return answer;
  };
}

const postpone: JobWorkerOptions<DuePayment, unknown>['postpone'] = (database, payment, delayMs, error) =>
  postponePayment(database, payment, { delayMs, wasSent: !wasNotSent(error) });
