import type { ComparedOrder } from '@repo/contracts/compared-order';
import { formatMoney } from '@repo/money';
import type { Difference } from '@repo/operations';
import type { Movement } from './payment-provider.ts';
import type { ComparedPayment } from './reconciliation-store.ts';

/**
 * A difference about a payment, and how it is healed: `cancel` records the cancellation in payment, `publish again` sends
 * the payment's event to order once more.
 */
export interface PaymentDifference extends Difference {
  orderId: string;
  heal?:
    | { kind: 'cancel'; customerId: string }
    | { kind: 'publish again'; payment: ComparedPayment; eventId: string };
}

/** An order, its payment and its movements in the provider's ledger; the order or the payment may be missing. */
export interface Compared {
  order: ComparedOrder | undefined;
  payment: ComparedPayment | undefined;
  movements: Movement[];
}

/** Names each difference between an order, its payment and the provider's ledger, which is the truth about the money. */
export function comparePayment(compared: Compared): PaymentDifference[] | 'not settled' {
  const { order, payment } = compared;
  if (order && !order.isSettled) return openOrder(order, payment) ?? 'not settled';
  if (payment?.isRecent) return 'not settled';
  const differences = [
    ...ledgerFaults(compared).map((sentence) => ({ orderId: orderIdOf(compared), sentence })),
    ...(order ? withOrder(order, payment) : withoutOrder(payment)),
  ];
  const isRefundDue = payment?.status === 'captured' && payment.cancelledAt !== null;
  return differences.length === 0 && isRefundDue ? 'not settled' : differences;
}

function orderIdOf({ order, payment, movements }: Compared): string {
  return order?.id ?? payment?.orderId ?? movements[0]?.reference ?? '';
}

/** An order may be open until its deadline, but should consume the capture of its payment soon. */
function openOrder(order: ComparedOrder, payment?: ComparedPayment): PaymentDifference[] | undefined {
  const isMissed = order.status === 'reserved' && payment?.status === 'captured' && !payment.isRecent;
  if (!isMissed || payment.cancelledAt) return undefined;
  const sentence = `Order ${order.id} waits for its payment, which has captured ${amountOf(payment)}.`;
  return [publishAgain(order, payment, sentence)];
}

function withOrder(order: ComparedOrder, payment?: ComparedPayment): PaymentDifference[] {
  return order.status === 'cancelled' ? withCancelled(order, payment) : withConfirmed(order, payment);
}

function withCancelled(order: ComparedOrder, payment?: ComparedPayment): PaymentDifference[] {
  const { id: orderId, customerId } = order;
  if (!payment?.cancelledAt) {
    const state = payment ? `${amountOf(payment)} is ${payment.status}` : 'there is no payment';
    const sentence = `Order ${orderId} is cancelled, and payment has no record of it: ${state}.`;
    if (payment?.isParked) return [parked(orderId, sentence)];
    const healing =
      payment?.status === 'captured'
        ? `payment records it and refunds ${amountOf(payment)}`
        : 'payment records it';
    return [{ orderId, sentence, healing, heal: { kind: 'cancel', customerId } }];
  }
  if (payment.status !== 'refunded' || order.isRefunded) return [];
  const sentence = `Order ${orderId} is cancelled, and order has no record that ${amountOf(payment)} was refunded.`;
  return [publishAgain(order, payment, sentence)];
}

function withConfirmed(
  { id: orderId, totalCents, currency }: ComparedOrder,
  payment?: ComparedPayment,
): PaymentDifference[] {
  const [price, paid] = [formatMoney(totalCents, currency), payment && amountOf(payment)];
  const about = `Order ${orderId} over ${price} is confirmed`;
  if (!payment) return [{ orderId, sentence: `${about}, and there is no payment.` }];
  return [
    ...(payment.status === 'captured'
      ? []
      : [{ orderId, sentence: `${about}, and its payment is ${payment.status}.` }]),
    ...(payment.cancelledAt
      ? [{ orderId, sentence: `${about}, and payment has recorded a cancellation.` }]
      : []),
    ...(price === paid ? [] : [{ orderId, sentence: `${about}, and its payment is over ${paid}.` }]),
  ];
}

function withoutOrder(payment?: ComparedPayment): PaymentDifference[] {
  // A declined payment without an order is the tombstone of a cancellation: it moved no money.
  if (!payment || payment.status === 'declined') return [];
  const { orderId, status } = payment;
  const sentence = `There is no order ${orderId}, and a payment over ${amountOf(payment)} for it is ${status}.`;
  return [{ orderId, sentence }];
}

function publishAgain(
  { id: orderId, isParked }: ComparedOrder,
  payment: ComparedPayment,
  sentence: string,
): PaymentDifference {
  if (isParked) return parked(orderId, sentence);
  const { status, eventId } = payment;
  // With another id it would be another event.
  if (!eventId) return { orderId, sentence };
  const healing = `payment.${status} is published again`;
  return { orderId, sentence, healing, heal: { kind: 'publish again', payment, eventId } };
}

/** An event that has not taken effect because it is a dead letter is not lost. */
function parked(orderId: string, sentence: string): PaymentDifference {
  return {
    orderId,
    sentence: `${sentence} It has a dead letter: npm run dead-letters -- list --key ${orderId}.`,
  };
}

function amountOf({ amountCents, currency }: ComparedPayment): string {
  return formatMoney(amountCents, currency);
}

function ledgerFaults({ payment, movements }: Compared): string[] {
  if (!payment) {
    const [first] = movements;
    return first
      ? [`The provider's ledger has money for order ${first.reference}, and there is no payment.`]
      : [];
  }
  const [captures, refunds] = [ofKind(movements, 'capture'), ofKind(movements, 'refund')];
  const { orderId, status, amountCents, refundedCents, currency } = payment;
  const [captured, refunded] = [totalOf(captures, payment), totalOf(refunds, payment)];
  const currencies = new Set(movements.map((movement) => movement.currency));
  const wasCaptured = status === 'captured' || status === 'refunded';
  const faults: [boolean, string][] = [
    [captures.length > 1, `was charged ${captures.length} times`],
    [wasCaptured && captures.length === 0, `is ${status} here, and the provider has captured nothing`],
    [!wasCaptured && captures.length > 0, `is ${status} here, and the provider has captured ${captured}`],
    [
      wasCaptured && captures.length === 1 && sum(captures) !== amountCents,
      `is over ${formatMoney(amountCents, currency)} here, and the provider has captured ${captured}`,
    ],
    [
      sum(refunds) !== refundedCents,
      `has ${formatMoney(refundedCents, currency)} refunded here, and ${refunded} at the provider`,
    ],
    [
      [...currencies].some((code) => code !== currency),
      `is in ${currency} here, and in ${[...currencies].join(' and ')} at the provider`,
    ],
  ];
  return faults.filter(([isSo]) => isSo).map(([, fault]) => `The payment of order ${orderId} ${fault}.`);
}

function ofKind(movements: Movement[], wanted: Movement['kind']): Movement[] {
  return movements.filter(({ kind }) => kind === wanted);
}

function sum(movements: Movement[]): number {
  return movements.reduce((cents, { amountCents }) => cents + amountCents, 0);
}

/** The sum of movements in each of their currencies; without movements, zero in the payment's currency. */
function totalOf(movements: Movement[], { currency }: ComparedPayment): string {
  const ofCurrency = Map.groupBy(movements, (movement) => movement.currency);
  const totals = [...ofCurrency].map(([code, ofCode]) => formatMoney(sum(ofCode), code));
  return totals.length === 0 ? formatMoney(0, currency) : totals.join(' and ');
}
