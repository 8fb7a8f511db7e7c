import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';
import { type PlacedOrder, placeOrder } from './place-order.ts';

/** Orders are placed in all six partitions. If more than one of them were stuck, fewer orders would be confirmed. */
const PLACED = 30;
const CONFIRMED = 15;

/** Lets a topic, or one partition of it ('order.events/3'), accept nothing from a service for a while. */
export async function refusePlace(rig: Rig, service: string, place: string): Promise<void> {
  rig.note(`${place} accepts nothing from ${service}`);
  rig.turnOn(service, 'refuse', place);
  await waitForOtherOrders(rig, place);
  rig.turnAllOff();
}

/** Leaves a partition of order.events with fewer replicas in sync than Kafka needs to accept a record. */
export async function reduceReplicas(rig: Rig, partition: number): Promise<void> {
  const { kafka } = rig.auditor;
  const place = `order.events/${partition}`;
  rig.note(`${place} has one replica, and needs two`);
  await kafka.setReplicas('order.events', partition, 1);
  await waitForOtherOrders(rig, place).finally(() => kafka.setReplicas('order.events', partition, 3));
}

/**
 * Waits until orders are confirmed while a topic or partition accepts nothing. All of them are placed at once: clients who
 * wait for each order would soon all wait for the stuck partition.
 */
async function waitForOtherOrders(rig: Rig, place: string): Promise<void> {
  // Until all work in progress is over.
  await hold(6_000);
  const orders = await Promise.all(Array.from({ length: PLACED }, () => placeOrder(rig)));
  await eventually(async () => (await countConfirmed(rig, orders)) >= CONFIRMED, {
    timeoutMs: 20_000,
    what: `orders to be confirmed while ${place} accepts nothing`,
  });
}

/** Lets the topic of products accept nothing, with more rows for it than the relay reads at a time. */
export async function refuseProducts(rig: Rig, { products }: { products: number }): Promise<void> {
  const { system, client, shop } = rig;
  rig.turnOn('inventory', 'refuse', 'product.events/');
  const { url } = system.running.services.inventory;
  const name = `FILLER-${Date.now()}`;
  const numbers = Array.from({ length: products }, (_, number) => number).values();
  const list = async () => {
    for (const number of numbers) {
      const sku = `${name}-${number}`;
      const body = { sku, name: sku, priceCents: 1_000, currency: 'EUR', stock: 0 };
      const to = { url, path: '/v1/products', key: `list-${sku}` };
      await client.sendUntilAnswered({ who: shop.staff, method: 'POST', ...to, body });
    }
  };
  await Promise.all(Array.from({ length: 8 }, list));
  rig.note(`${products} products are listed`);
  await refusePlace(rig, 'inventory', 'product.events/');
}

async function countConfirmed({ auditor }: Rig, orders: PlacedOrder[]): Promise<number> {
  const [row] = await auditor.databases.order.query(sql<{ count: number }>`
    select count(*)::integer as count from orders
    where status = 'confirmed' and id = any(${orders.map(({ id }) => id)}::uuid[])`);
  return row?.count ?? 0;
}
