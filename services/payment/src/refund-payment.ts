import type { Done } from '@tenfold/due';
import type { OutgoingEvent } from '@tenfold/events';
import type { Transaction } from '@tenfold/postgres';
import { refund } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { DuePayment } from './payment-store.ts';
import { recordAnswers } from './record-answers.ts';

/** Pays back what was captured for an order that has been cancelled, under a key of its own: once, like the capture. */
export function refundPayment(provider: PaymentProvider) {
  return (payment: DuePayment): Promise<void> => provider.refund(payment);
}

/** Writes down that the money is on its way back, and says so. */
export function recordRefunds(tx: Transaction, done: Done<DuePayment, void>[]): Promise<OutgoingEvent[]> {
  return recordAnswers(tx, done, (payment, _answer, at) => refund(payment, at));
}
