import { type Queryable, sql } from '@repo/postgres';
import { readItems } from '../read-items.ts';
import type { Audit } from '../service-part.ts';
import type { Booking, StoredPayment } from './evidence.ts';

export const audit: Audit = {
  async read(database, { external }) {
    const [payments, ledger] = await Promise.all([
      readPayments(database),
      readItems<Booking>(`${external['payment-provider'].url}/v1/ledger`),
    ]);
    return { payments, ledger };
  },

  /** With the payments that are to be refunded. */
  async openWork(database) {
    const rows = await database.query(sql<{ orderId: string; status: string; attempts: number }>`
      select order_id as "orderId", status, attempts
      from payments
      where deleted_at is null and (status = 'pending' or due_at is not null)`);
    return rows.map(({ orderId, status, attempts }) => {
      return `The payment of order ${orderId} is still due: ${status}, after ${attempts} attempts.`;
    });
  },

  since({ payments, ledger }, before) {
    const orders = new Set(before.payments.map(({ orderId }) => orderId));
    const booked = new Set(before.ledger.map(({ reference }) => reference));
    return {
      payments: payments.filter(({ orderId }) => !orders.has(orderId)),
      ledger: ledger.filter(({ reference }) => !booked.has(reference)),
    };
  },
};

/** Without the tombstones, which refuse the payment of an order that was cancelled first. */
function readPayments(database: Queryable): Promise<StoredPayment[]> {
  return database.query(sql<StoredPayment>`
    select id, order_id as "orderId", status
    from payments
    where deleted_at is null
    order by id`);
}
