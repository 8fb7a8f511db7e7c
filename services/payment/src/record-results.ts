import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import { fullJitter } from '@repo/polling';
import type { Transaction } from '@repo/postgres';
import { type DuePayment, postponeRefused } from './due-payment-store.ts';
import type { Payment, Refusal } from './payment.ts';
import { paymentEvent } from './payment-events.ts';
import { lockPayments, updatePayments } from './payment-store.ts';

/** The wait after a refusal grows with their number: from about a second to about an hour. */
const REFUSED = { baseMs: 500, capMs: 3_600_000 };

/**
 * Writes down what the provider answered, and returns the events of what has changed. The payment may have been cancelled
 * while the provider was asked, so it is read again, and held. A refusal changes nothing but when it is asked again.
 */
export async function recordAnswers<Answer extends { status: string }>(
  tx: Transaction,
  done: Completed<DuePayment, Answer | Refusal>[],
  become: (payment: Payment, answer: Answer, at: Date) => Payment,
): Promise<OutgoingEvent[]> {
  const ids = done.map(({ row }) => row.id);
  const { payments, at } = await lockPayments(tx, ids);
  const changed = done.flatMap(({ row, answer, traceparent }) => {
    if (isRefusal(answer)) return [];
    const payment = payments.get(row.id);
    const next = payment && become(payment, answer, at);
    if (!next || next === payment) return [];
    // Should it stand here twice, the second finds it settled.
    payments.set(next.id, next);
    return [{ payment: next, event: paymentEvent(next, { traceparent }) }];
  });
  await updatePayments(
    tx,
    changed.map(({ payment, event }) => ({ ...payment, eventId: event.id })),
    at,
  );
  await postponeRefused(
    tx,
    done.flatMap(({ row, answer }) => (isRefusal(answer) ? [postponed(row, answer)] : [])),
  );
  return changed.map(({ event }) => event);
}

export function isRefusal(answer: { status: string }): answer is Refusal {
  return answer.status === 'refused';
}

function postponed(payment: DuePayment, { isUnknownThere }: Refusal) {
  return { payment, isUnknownThere, delayMs: fullJitter(payment.refusals + 1, REFUSED) };
}
