import type { Evidence } from '../../invariants/evidence.ts';
import { firstPublished, grouped, repeated } from '../../invariants/group.ts';
import { faultsOfAnswers } from '../order/faults-of-answers.ts';

/** The events that each state of a payment has caused, in payment and, by its answer, in order. */
const PUBLISHED: Record<string, string[]> = {
  'no payment': [],
  'payment pending': [],
  'payment captured': ['payment.captured'],
  'payment declined': ['payment.declined'],
  'payment refunded': ['payment.captured', 'payment.refunded', 'order.refunded'],
};

const ANSWERS = /^payment\.|^order\.refunded$/;

/** Of two of these, an order can get one. */
const CONTRADICTIONS = [
  ['payment.captured', 'payment.declined'],
  ['payment.declined', 'payment.refunded'],
] as const;

/** The events of each order are those of its payment. */
export function paymentsArePublished({ orders, payments, events }: Evidence): string[] {
  const paymentOf = new Map(payments.map((one) => [one.orderId, one]));
  const publishedFor = grouped(firstPublished(events), ({ key }) => key);
  return orders.flatMap(({ id }) => {
    const payment = paymentOf.get(id);
    const state = payment ? `payment ${payment.status}` : 'no payment';
    const answers = publishedFor(id).filter(({ type }) => ANSWERS.test(type));
    return faultsOfAnswers(`${id} (${state})`, PUBLISHED[state] ?? [], answers);
  });
}

/** Each order has one payment with one outcome. */
export function oneEffectInPayment({ events, payments }: Evidence): string[] {
  const ofPayments = firstPublished(events).filter(({ topic }) => topic === 'payment.events');
  const contradictory = [...Map.groupBy(ofPayments, ({ key }) => key)].flatMap(([key, about]) => {
    const types = new Set(about.map(({ type }) => type));
    return CONTRADICTIONS.filter(([one, other]) => types.has(one) && types.has(other)).map(
      ([one, other]) => `Both ${one} and ${other} were published for order ${key}.`,
    );
  });
  return [...contradictory, ...repeated(payments, ({ orderId }) => orderId, 'payments of order')];
}
