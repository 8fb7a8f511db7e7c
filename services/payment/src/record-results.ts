import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import { fullJitter } from '@repo/polling';
import type { Transaction } from '@repo/postgres';
import { type DuePayment, postponeRefused, type RefusedPayment } from './due-payment-store.ts';
import { afterRefusal, type Payment, type Refusal } from './payment.ts';
import { paymentEvent } from './payment-events.ts';
import { recordSettled } from './payment-metrics.ts';
import { lockPayments, updatePayments } from './payment-store.ts';

/** The wait after a refusal grows with their number: from about a second to about an hour. */
const REFUSED = { baseMs: 500, capMs: 3_600_000 };

/**
 * Records the results of calls, and returns the events of what has changed. The payments are locked and read again: one
 * may have been cancelled during its call. A refusal changes only when the payment is due again.
 */
export async function recordResults<Result extends { status: string }>(
  tx: Transaction,
  done: Completed<DuePayment, Result | Refusal>[],
  change: (payment: Payment, result: Result, at: Date) => Payment,
): Promise<OutgoingEvent[]> {
  const ids = done.map(({ row }) => row.id);
  const { payments, at } = await lockPayments(tx, ids);
  const refused = done.flatMap(({ row, answer }) => {
    const payment = payments.get(row.id);
    return payment && isRefusal(answer) ? [postponed(row, payment, answer, at)] : [];
  });
  const changed = done.flatMap(({ row, answer, traceparent }) => {
    const payment = payments.get(row.id);
    if (!payment || isRefusal(answer)) return [];
    const next = change(payment, answer, at);
    if (next === payment) return [];
    // A second result of the same payment finds it settled.
    payments.set(next.id, next);
    return [{ payment: next, event: paymentEvent(next, { traceparent }) }];
  });
  await updatePayments(
    tx,
    changed.map(({ payment, event }) => ({ ...payment, eventId: event.id })),
    at,
  );
  await postponeRefused(tx, refused);
  tx.onCommit(() => {
    for (const { payment } of changed) recordSettled(payment);
  });
  return changed.map(({ event }) => event);
}

export function isRefusal(result: { status: string }): result is Refusal {
  return result.status === 'refused';
}

function postponed(row: DuePayment, payment: Payment, { isUnknownThere }: Refusal, at: Date): RefusedPayment {
  const { refusals, refusedSince, claimedAt, askedAt } = row;
  const refusedForMs = refusedSince ? claimedAt.getTime() - refusedSince.getTime() : 0;
  const delayMs = fullJitter(refusals + 1, REFUSED);
  const call = { wasAskedBefore: askedAt !== null, isUnknownThere, refusedForMs, delayMs };
  return { payment: row, ...afterRefusal(payment, call, at) };
}
