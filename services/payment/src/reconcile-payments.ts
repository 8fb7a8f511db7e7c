import { formatMoney } from '@tenfold/money';
import type { Database } from '@tenfold/postgres';
import type { Payment } from './payment.ts';
import type { Movement, PaymentProvider } from './payment-provider.ts';
import { listAllPayments } from './payment-store.ts';

/** What stands in the provider's books about an order. */
interface Booked {
  captures: Movement[];
  refunds: Movement[];
  capturedCents: number;
  refundedCents: number;
  currencies: Set<string>;
}

/**
 * Compares the provider's ledger, which is the truth about the money, with our payments. Answers every difference as a
 * sentence; none when the books agree. A payment that is on its way may differ for a moment.
 */
export async function reconcilePayments(database: Database, provider: PaymentProvider): Promise<string[]> {
  // Ours first: what the provider books meanwhile is then seen as not recorded yet, and not as something made up.
  const payments = await listAllPayments(database);
  return differences(payments, await provider.listMovements());
}

export function differences(payments: Payment[], ledger: Movement[]): string[] {
  const booked = Map.groupBy(ledger, ({ reference }) => reference);
  const known = new Set(payments.map(({ orderId }) => orderId));
  const strangers = [...booked.keys()].filter((reference) => !known.has(reference));
  return [
    ...strangers.map(
      (reference) => `The provider has booked money for order ${reference}, and we know no payment.`,
    ),
    ...payments.flatMap((payment) => faultsOf(payment, summed(booked.get(payment.orderId) ?? []))),
  ];
}

function summed(movements: Movement[]): Booked {
  const captures = movements.filter(({ kind }) => kind === 'capture');
  const refunds = movements.filter(({ kind }) => kind === 'refund');
  return {
    captures,
    refunds,
    capturedCents: sum(captures),
    refundedCents: sum(refunds),
    currencies: new Set(movements.map(({ currency }) => currency)),
  };
}

function sum(movements: Movement[]): number {
  return movements.reduce((cents, { amountCents }) => cents + amountCents, 0);
}

/** The sum of some movements in each of their currencies; without movements, nothing of the payment's own. */
function totalOf(movements: Movement[], { currency }: Payment): string {
  const ofCurrency = Map.groupBy(movements, (movement) => movement.currency);
  const totals = [...ofCurrency].map(([code, ofCode]) => formatMoney(sum(ofCode), code));
  return totals.length === 0 ? formatMoney(0, currency) : totals.join(' and ');
}

function faultsOf(payment: Payment, booked: Booked): string[] {
  const { captures, refunds, capturedCents, refundedCents, currencies } = booked;
  const { orderId, status, amountCents, currency } = payment;
  const [captured, refunded] = [totalOf(captures, payment), totalOf(refunds, payment)];
  const wasCaptured = status === 'captured' || status === 'refunded';
  const faults: [boolean, string][] = [
    [captures.length > 1, `was charged ${captures.length} times`],
    [wasCaptured && captures.length === 0, `is ${status} here, and the provider has captured nothing`],
    [!wasCaptured && captures.length > 0, `is ${status} here, and the provider has captured ${captured}`],
    [
      wasCaptured && captures.length === 1 && capturedCents !== amountCents,
      `is over ${formatMoney(amountCents, currency)} here, and the provider has captured ${captured}`,
    ],
    [
      refundedCents !== payment.refundedCents,
      `has ${formatMoney(payment.refundedCents, currency)} paid back here, and ${refunded} at the provider`,
    ],
    [
      [...currencies].some((code) => code !== currency),
      `is in ${currency} here, and in ${[...currencies].join(' and ')} at the provider`,
    ],
  ];
  return faults.filter(([isSo]) => isSo).map(([, fault]) => `The payment of order ${orderId} ${fault}.`);
}
