import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';
import { cancelOrder, placeOrder } from './place-order.ts';

/** Places orders whose customers cancel them within so many milliseconds. */
export async function placeAndCancel(
  rig: Rig,
  { orders, withinMs }: { orders: number; withinMs: number },
): Promise<void> {
  rig.note(`${orders} orders placed, and cancelled within ${withinMs} ms`);
  await Promise.all(Array.from({ length: orders }, () => placeAndCancelOne(rig, withinMs)));
}

async function placeAndCancelOne(rig: Rig, withinMs: number): Promise<void> {
  const order = await placeOrder(rig);
  await hold(rig.random.between(0, withinMs));
  await cancelOrder(rig, order);
}
