import { type ClaimLimits, createJobWorker, type JobWorker, type JobWorkerOptions } from '@repo/jobs';
import { createAlarm, type Logger, traceFieldsOf } from '@repo/observability';
import type { Database } from '@repo/postgres';
import { capturePayment, recordCaptures } from './capture-payment.ts';
import {
  claimDuePayments,
  type DuePayment,
  LEASE_MS,
  postponePayment,
  readPaymentBacklog,
} from './due-payment-store.ts';
import { type CaptureResult, isAlarming, type Refusal } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { wasNotSent } from './provider-client.ts';
import { isRefusal } from './record-results.ts';
import { type RefundResult, recordRefunds, refundPayment } from './refund-payment.ts';

export interface TimerOptions {
  database: Database;
  provider: PaymentProvider;
  /** The time limit of one call to the provider. */
  providerTimeoutMs: number;
  /** The time for which the provider keeps idempotency keys. */
  keyTtlHours: number;
  log: Logger;
  onCommit: () => void;
}

/** A payment may be looked up before or after its call: two calls, one after the other. */
const CALLS_OF_A_TRY = 2;

/** Captures and refunds due payments. */
export function createTimers(options: TimerOptions): { captures: JobWorker; refunds: JobWorker } {
  const { database, provider, providerTimeoutMs, log, onCommit } = options;
  // Every claimed payment has a connection of its own to the provider, so none waits for another.
  const limits = { callLimitMs: CALLS_OF_A_TRY * providerTimeoutMs, leaseMs: LEASE_MS };
  const refunds = createJobWorker<DuePayment, RefundResult>({
    name: 'refund payment',
    claim: whileClosed(options, 'captured'),
    readBacklog: (from) => readPaymentBacklog(from, 'captured'),
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
    claim: whileClosed(options, 'pending'),
    readBacklog: (from) => readPaymentBacklog(from, 'pending'),
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

/** While the circuit is open, due payments are not claimed. */
function whileClosed({ provider, keyTtlHours }: TimerOptions, status: 'pending' | 'captured') {
  return async (database: Database, limits: ClaimLimits) => {
    const limit = Math.min(limits.limit, provider.callLimit());
    return limit > 0 ? claimDuePayments(database, { ...limits, limit, status, keyTtlHours }) : [];
  };
}

/** Raises an alarm for the first call about a payment that the provider refuses, and for each tenth. */
function alarmed<Result extends { status: string }>(
  perform: (payment: DuePayment) => Promise<Result | Refusal>,
  { name, log }: { name: string; log: Logger },
) {
  const alarm = createAlarm(log);
  return async (payment: DuePayment): Promise<Result | Refusal> => {
    const result = await perform(payment);
    const refusals = payment.refusals + 1;
    if (isRefusal(result) && isAlarming(refusals)) {
      const { orderId } = payment;
      const facts = { ...traceFieldsOf(payment), job: name, orderId, refusals, reason: result.reason };
      alarm('provider-call-refused', 'the payment provider refused a call', facts);
    }
    return result;
  };
}

const postpone: JobWorkerOptions<DuePayment, unknown>['postpone'] = (database, payment, delayMs, error) =>
  postponePayment(database, payment, { delayMs, wasSent: !wasNotSent(error) });
