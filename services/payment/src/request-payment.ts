import type { OrderReserved } from '@repo/contracts/order';
import type { Message, OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { request } from './payment.ts';
import { insertPayments } from './payment-store.ts';

/** Inserts due payments. A timer calls the provider later, outside any transaction. */
export async function requestPayment(
  tx: Transaction,
  messages: Message<OrderReserved>[],
): Promise<OutgoingEvent[]> {
  const payments = messages.map(({ data, traceparent }) => {
    const { orderId, customerId, totalCents, currency, paymentToken } = data;
    const deadlineAt = new Date(data.deadlineAt);
    const order = { orderId, customerId, totalCents, currency, paymentToken, deadlineAt };
    return { ...request(order, uuidv7()), traceparent };
  });
  await insertPayments(tx, payments);
  return [];
}
