import type { Evidence } from '../invariants/evidence.ts';

/**
 * Leaves out of what a system has written down what had been there before a run, such as the orders of the demo: nobody
 * knows what their clients saw.
 *
 * @param before what the system had written down when the run began, at rest
 */
export function without(before: Evidence, evidence: Evidence): Evidence {
  const orders = new Set(before.orders.map(({ id }) => id));
  const skus = new Set(before.stock.map(({ sku }) => sku));
  const messages = new Set(before.mail.map(({ messageId }) => messageId));
  const ofOthers = ({ orderId }: { orderId: string }) => !orders.has(orderId);
  const notThere = ({ sku }: { sku: string }) => !skus.has(sku);
  return {
    ...evidence,
    orders: evidence.orders.filter(({ id }) => !orders.has(id)),
    reservations: evidence.reservations.filter(ofOthers),
    payments: evidence.payments.filter(ofOthers),
    messages: evidence.messages.filter(ofOthers),
    events: evidence.events.filter(({ key }) => !orders.has(key) && !skus.has(key)),
    ledger: evidence.ledger.filter(({ reference }) => !orders.has(reference)),
    mail: evidence.mail.filter(({ messageId }) => !messages.has(messageId)),
    stock: evidence.stock.filter(notThere),
    products: evidence.products.filter(notThere),
    prices: evidence.prices.filter(notThere),
  };
}
