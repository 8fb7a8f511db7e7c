import type { Done } from '@tenfold/due';
import type { OutgoingEvent } from '@tenfold/events';
import type { Transaction } from '@tenfold/postgres';
import { announce } from './announce.ts';
import type { Payment } from './payment.ts';
import { type DuePayment, lockPayments, updatePayments } from './payment-store.ts';

/**
 * Writes down what the provider answered, and says what has changed. The payment may have been cancelled while the
 * provider was asked, so it is read again, and held.
 */
export async function recordAnswers<Answer>(
  tx: Transaction,
  done: Done<DuePayment, Answer>[],
  become: (payment: Payment, answer: Answer, at: Date) => Payment,
): Promise<OutgoingEvent[]> {
  const at = new Date();
  const payments = await lockPayments(
    tx,
    done.map(({ row }) => row.id),
  );
  const changed = done.flatMap(({ row, answer, traceparent }) => {
    const payment = payments.get(row.id);
    const next = payment && become(payment, answer, at);
    if (!next || next === payment) return [];
    // Should it stand here twice, the second finds it settled.
    payments.set(next.id, next);
    return [{ ...next, traceparent }];
  });
  await updatePayments(tx, changed, at);
  return changed.map((payment) => announce(payment, payment));
}
