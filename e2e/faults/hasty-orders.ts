import { randomUUID } from 'node:crypto';
import type { Person } from '../workload/client.ts';
import { SECRETS } from '../workload/secrets.ts';
import { lasts } from './lasts.ts';
import type { Rig } from './rig.ts';

/** Orders that their customers cancel within so many milliseconds after they have placed them. */
export async function placeAndCancel(
  rig: Rig,
  { orders, withinMs }: { orders: number; withinMs: number },
): Promise<void> {
  rig.note(`${orders} orders placed, and cancelled within ${withinMs} ms`);
  await Promise.all(Array.from({ length: orders }, () => placeAndCancelOne(rig, withinMs)));
}

async function placeAndCancelOne({ client, shop, orderUrl, dice }: Rig, withinMs: number): Promise<void> {
  const who = shop.customers[dice.between(0, shop.customers.length - 1)] as Person;
  const key = `hasty-${randomUUID()}`;
  const metadata = { key, card: SECRETS['the card number'] };
  const body = { lines: [{ sku: 'PLENTY-1', quantity: 1 }], paymentToken: 'tok_ok', metadata };
  const to = { who, method: 'POST', url: orderUrl, path: '/v1/orders' };
  const { answer } = await client.sendUntilAnswered({ ...to, key, body });
  await lasts(dice.between(0, withinMs));
  const path = `/v1/orders/${(answer as { id: string }).id}/cancel`;
  await client.sendUntilAnswered({ ...to, path, key, body: {} });
}
