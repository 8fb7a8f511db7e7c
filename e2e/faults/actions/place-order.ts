import { randomUUID } from 'node:crypto';
import { CARD_NUMBER } from '../../services/order/workload.ts';
import type { Person } from '../../workload/client.ts';
import type { Rig } from '../rig/rig.ts';

/** An order, and the customer who placed it. */
export interface PlacedOrder {
  id: string;
  who: Person;
}

/** Places an order of any customer, of a product that does not run out, without waiting for its end. */
export async function placeOrder({ client, shop, orderUrl, random }: Rig): Promise<PlacedOrder> {
  const who = shop.customers[random.between(0, shop.customers.length - 1)] as Person;
  const key = `placed-${randomUUID()}`;
  const metadata = { key, card: CARD_NUMBER };
  const body = { lines: [{ sku: 'PLENTY-1', quantity: 1 }], paymentToken: 'tok_ok', metadata };
  const to = { who, method: 'POST', url: orderUrl, path: '/v1/orders' };
  const { answer } = await client.sendUntilAnswered({ ...to, key, body });
  return { id: (answer as { id: string }).id, who };
}

export async function cancelOrder({ client, orderUrl }: Rig, { id, who }: PlacedOrder): Promise<void> {
  const to = { who, method: 'POST', url: orderUrl, path: `/v1/orders/${id}/cancel` };
  await client.sendUntilAnswered({ ...to, key: randomUUID(), body: {} });
}
