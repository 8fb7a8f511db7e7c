import type { Database } from '@tenfold/postgres';
import type { Payment } from './payment.ts';
import type { Movement, PaymentProvider } from './payment-provider.ts';
import { listAllPayments } from './payment-store.ts';

/** What stands in the provider's books about an order. */
interface Booked {
  captures: Movement[];
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
  const ofKind = (kind: Movement['kind']) => movements.filter((movement) => movement.kind === kind);
  const centsOf = (kind: Movement['kind']) =>
    ofKind(kind).reduce((sum, { amountCents }) => sum + amountCents, 0);
  return {
    captures: ofKind('capture'),
    capturedCents: centsOf('capture'),
    refundedCents: centsOf('refund'),
    currencies: new Set(movements.map(({ currency }) => currency)),
  };
}

function faultsOf(
  payment: Payment,
  { captures, capturedCents, refundedCents, currencies }: Booked,
): string[] {
  const { orderId, status, amountCents, currency } = payment;
  const wasCaptured = status === 'captured' || status === 'refunded';
  const faults: [boolean, string][] = [
    [captures.length > 1, `was charged ${captures.length} times`],
    [wasCaptured && captures.length === 0, `is ${status} here, and the provider has captured nothing`],
    [
      !wasCaptured && captures.length > 0,
      `is ${status} here, and the provider has captured ${capturedCents} cents`,
    ],
    [
      wasCaptured && captures.length === 1 && capturedCents !== amountCents,
      `is over ${amountCents} cents here, and the provider has captured ${capturedCents}`,
    ],
    [
      refundedCents !== payment.refundedCents,
      `has ${payment.refundedCents} cents paid back here, and ${refundedCents} at the provider`,
    ],
    [
      [...currencies].some((booked) => booked !== currency),
      `is in ${currency} here, and in ${[...currencies].join(' and ')} at the provider`,
    ],
  ];
  return faults.filter(([isSo]) => isSo).map(([, fault]) => `The payment of order ${orderId} ${fault}.`);
}
