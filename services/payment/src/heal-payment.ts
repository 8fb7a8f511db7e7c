import { appendEvents } from '@repo/events';
import type { Healer } from '@repo/operations';
import type { Transaction } from '@repo/postgres';
import { cancelPayment } from './cancel-payment.ts';
import type { PaymentDifference } from './compare-payment.ts';
import { paymentEvent } from './payment-events.ts';
import { lockPayments } from './payment-store.ts';
import { insertReconcileAction, isUnpublished, lockCancellation } from './reconciliation-store.ts';

/**
 * Heals a difference as the lost event would have; if that event arrives later, it changes nothing. Returns false when
 * the payment has changed since the comparison.
 */
export async function healPayment(
  tx: Transaction,
  { orderId, heal }: PaymentDifference,
  by: Healer,
): Promise<boolean> {
  switch (heal?.kind) {
    case 'cancel':
      return recordCancellation(tx, { orderId, customerId: heal.customerId }, by);
    case 'publish again':
      return publishAgain(tx, heal, by);
    default:
      return false;
  }
}

/** A cancelled order stays cancelled, so only the payment can have changed. */
async function recordCancellation(
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

/** Publishes the event again under its id: an inbox that has the id ignores it. */
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
