import { randomUUID } from 'node:crypto';
import { lasts } from './lasts.ts';
import { placeOrder } from './place-order.ts';
import type { Rig } from './rig.ts';

/** Orders that their customers cancel within so many milliseconds after they have placed them. */
export async function placeAndCancel(
  rig: Rig,
  { orders, withinMs }: { orders: number; withinMs: number },
): Promise<void> {
  rig.note(`${orders} orders placed, and cancelled within ${withinMs} ms`);
  await Promise.all(Array.from({ length: orders }, () => placeAndCancelOne(rig, withinMs)));
}

async function placeAndCancelOne(rig: Rig, withinMs: number): Promise<void> {
  const { client, orderUrl, dice } = rig;
  const { id, who } = await placeOrder(rig);
  await lasts(dice.between(0, withinMs));
  const to = { who, method: 'POST', url: orderUrl, path: `/v1/orders/${id}/cancel` };
  await client.sendUntilAnswered({ ...to, key: `hasty-${randomUUID()}`, body: {} });
}
