import { appendEvents } from '@repo/events';
import type { Healer } from '@repo/operations';
import type { Transaction } from '@repo/postgres';
import { cancelPayment } from './cancel-payment.ts';
import type { PaymentDifference } from './compare-payment.ts';
import { paymentEvent } from './payment-events.ts';
import { lockPayments } from './payment-store.ts';
import { insertReconcileAction, isUnpublished, lockCancellation } from './reconciliation-store.ts';

/**
 * Heals a difference in the way in which the lost event would have; should that event come yet, it changes nothing.
 * Answers false when the payment has changed since it was compared.
 */
export async function healPayment(
  tx: Transaction,
  { orderId, heal }: PaymentDifference,
  by: Healer,
): Promise<boolean> {
  switch (heal?.kind) {
    case 'cancel':
      return learnCancellation(tx, { orderId, customerId: heal.customerId }, by);
    case 'publish again':
      return publishAgain(tx, heal, by);
    default:
      return false;
  }
}

/** A cancelled order stays cancelled, so only what payment knows of it can have changed. */
async function learnCancellation(
  tx: Transaction,
  order: { orderId: string; customerId: string },
  by: Healer,
): Promise<boolean> {
  const known = await lockCancellation(tx, order.orderId);
  if (known?.cancelledAt) return false;
  await cancelPayment(tx, [{ data: order }]);
  await insertReconcileAction(tx, order.orderId, { action: 'cancelled', ...by });
  return true;
}

/** Under its own id: an inbox that knows the event ignores it. */
async function publishAgain(
  tx: Transaction,
  { payment, eventId }: Extract<PaymentDifference['heal'], { kind: 'publish again' }>,
  by: Healer,
): Promise<boolean> {
  const { payments } = await lockPayments(tx, [payment.id]);
  const current = payments.get(payment.id);
  if (current?.status !== payment.status || (await isUnpublished(tx, eventId))) return false;
  await appendEvents(tx, [{ ...paymentEvent(current, {}), id: eventId }]);
  await insertReconcileAction(tx, payment.orderId, { action: 'published again', ...by });
  return true;
}
