import type { ComparedOrder } from '@repo/contracts/compared-order';
import type { RecordPage } from '@repo/operations';
import type { Database } from '@repo/postgres';
import { comparePayment, type PaymentDifference } from './compare-payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { listComparedPayments } from './reconciliation-store.ts';

/**
 * Compares orders, payments and the provider's ledger, page by page. The ledger is read first, then orders, then payments.
 * Each row needs a row that is read later and existed before: a movement its payment, and an order its payment.
 */
export function reconcilePayments(database: Database, provider: PaymentProvider) {
  return async function* (
    pages: AsyncIterable<RecordPage<ComparedOrder>>,
    settledBefore: Date,
  ): AsyncGenerator<PaymentDifference | 'not settled'> {
    // The provider returns its whole ledger at once: only this grows with the number of payments.
    const ledger = Map.groupBy(await provider.listMovements(), ({ reference }) => reference);
    const takeMovements = (reference: string) => {
      const movements = ledger.get(reference) ?? [];
      ledger.delete(reference);
      return movements;
    };
    for await (const { records: orders, after, upTo } of pages) {
      const payments = await listComparedPayments(database, { after, upTo, settledBefore });
      const paymentOf = new Map(payments.map((payment) => [payment.orderId, payment]));
      for (const order of orders) {
        const payment = paymentOf.get(order.id);
        paymentOf.delete(order.id);
        yield* listed(comparePayment({ order, payment, movements: takeMovements(order.id) }));
      }
      for (const payment of paymentOf.values())
        yield* listed(
          comparePayment({ order: undefined, payment, movements: takeMovements(payment.orderId) }),
        );
    }
    for (const movements of ledger.values())
      yield* listed(comparePayment({ order: undefined, payment: undefined, movements }));
  };
}

function listed(result: PaymentDifference[] | 'not settled'): (PaymentDifference | 'not settled')[] {
  return result === 'not settled' ? [result] : result;
}
