import { counter, DURATION_BUCKETS, gauge, histogram, ownName, secondsBetween } from '@repo/observability';
import type { Payment } from './payment.ts';

const amount = counter({
  name: ownName('payment.amount'),
  unit: '{minor_unit}',
  description: 'How much money was captured and refunded, in minor units of each currency?',
  attributes: ['kind', 'currency'],
});
const stageDuration = histogram({
  name: ownName('order.stage.duration'),
  unit: 's',
  description: 'Which part of the way of an order takes how long?',
  attributes: ['stage'],
  buckets: [...DURATION_BUCKETS, 30, 60, 300],
});
const calls = counter({
  name: ownName('payment_provider.calls'),
  unit: '{call}',
  description: 'How do calls to the payment provider end, and how many are not sent at all?',
  attributes: ['operation', 'outcome'],
});
const callDuration = histogram({
  name: ownName('payment_provider.call.duration'),
  unit: 's',
  description: 'How long do the calls take that were sent to the payment provider?',
  attributes: ['operation', 'outcome'],
});
const breakerState = gauge({
  name: ownName('payment_provider.breaker'),
  unit: '{state}',
  description: 'Is the circuit breaker of the payment provider closed (0), open (1) or half open (2)?',
});

/** Records a settled payment. Its times are those of its row, by Postgres's clock. */
export function recordSettled({
  status,
  amountCents,
  refundedCents,
  currency,
  createdAt,
  settledAt,
}: Payment): void {
  if (status === 'captured') amount.add(amountCents, { kind: 'capture', currency });
  if (status === 'refunded') amount.add(refundedCents, { kind: 'refund', currency });
  else if (settledAt) stageDuration.record(secondsBetween(createdAt, settledAt), { stage: 'capture' });
}

const OPERATIONS: Record<string, string> = {
  'POST /v1/captures': 'capture',
  'POST /v1/refunds': 'refund',
  'GET /v1/captures': 'lookup',
};

/** The outcome of a call: whatever is not `answered` or `refused` is unknown, or the call was not sent. */
export type CallOutcome = 'answered' | 'refused' | 'timed_out' | 'not_sent' | 'failed';

/**
 * Records how a call has ended. One that was not sent takes no time: counted among the others, it would make the provider
 * look fast while it is down.
 *
 * @param began when the call began, by `performance.now()`
 */
export function recordCall(
  began: number,
  call: { method: string; path: string; outcome: CallOutcome },
): void {
  const operation = OPERATIONS[`${call.method} ${call.path}`] ?? 'other';
  const { outcome } = call;
  calls.add(1, { operation, outcome });
  if (outcome !== 'not_sent') callDuration.recordSince(began, { operation, outcome });
}

/** Observes the state of the circuit breaker. */
export function observeBreaker(read: () => number): void {
  breakerState.observe(read);
}
