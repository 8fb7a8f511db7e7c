import { randomUUID } from 'node:crypto';
import type { Running } from '@repo/stack';
import { publishByHand } from '@repo/stack';
import { eventually } from '@repo/testing';
import { type Client, createClient, type Person } from '../../workload/client.ts';
import { openShop, type Shop } from '../../workload/shop.ts';

const PLENTY = 'PLENTY-1';
const EMPTY = 'EMPTY';
/** How many orders are open before the system refuses more (ADMISSION_MAX_OPEN_ORDERS). */
export const MOST_OPEN_ORDERS = 15;

interface Scene {
  running: Running;
  client: Client;
  shop: Shop;
}

/**
 * Has customers cause everything that can happen to an order, and reads in between, again and again until `until`: orders
 * that are confirmed, declined, out of stock, cancelled and refunded; keys that are replayed and reused; requests that are
 * wrong, and refused because of too many open orders; replies of the provider that get lost; and one malformed event.
 */
export async function causeEveryOutcome(running: Running, until: Date): Promise<void> {
  const client = createClient();
  const scene = { running, client, shop: await openShop(running, client) };
  await publishMalformed(running);
  for (let round = 0; Date.now() < until.getTime(); round++) {
    const customer = scene.shop.customers[round % scene.shop.customers.length] as Person;
    await playRound(scene, customer);
    // Later orders would be refused as well.
    if (round % 4 === 1) await crowd(scene, customer);
  }
}

async function playRound(scene: Scene, customer: Person): Promise<void> {
  const place = (paymentToken: string, sku = PLENTY) => placeOrder(scene, customer, { paymentToken, sku });
  const ended = [place('tok_ok'), place('tok_declined'), place('tok_ok', EMPTY), place('tok_flaky')];
  await Promise.all([
    ...ended.map(async (placing) => whenEnded(scene, customer, await placing)),
    place('tok_lost_reply'),
    cancel(scene, customer, place('tok_slow')),
    repeatKeys(scene, customer),
    read(scene, customer),
    askWrongly(scene, customer),
  ]);
}

const to = ({ running }: Scene, service: 'order' | 'inventory' | 'payment') => running.services[service].url;

async function placeOrder(
  scene: Scene,
  who: Person,
  { paymentToken, sku, key = randomUUID() }: { paymentToken: string; sku: string; key?: string },
): Promise<string> {
  const body = { lines: [{ sku, quantity: 1 }], paymentToken };
  const order = { who, method: 'POST', url: to(scene, 'order'), path: '/v1/orders', key, body };
  const { answer } = await scene.client.sendUntilAnswered(order);
  return (answer as { id: string }).id;
}

/** The order once its status is one of these. */
function whenIn(scene: Scene, who: Person, id: string, statuses: string[]): Promise<unknown> {
  const reading = { who, method: 'GET', url: to(scene, 'order'), path: `/v1/orders/${id}` };
  return eventually(
    async () => {
      const { answer } = await scene.client.send(reading);
      return statuses.includes((answer as { status?: string } | null)?.status ?? '');
    },
    { timeoutMs: 30_000, everyMs: 100, what: `order ${id} to be ${statuses.join(' or ')}` },
  );
}

const whenEnded = (scene: Scene, who: Person, id: string) =>
  whenIn(scene, who, id, ['confirmed', 'cancelled']);

/** Cancels an order while its payment is captured, so that it is refunded. */
async function cancel(scene: Scene, who: Person, placing: Promise<string>): Promise<void> {
  const id = await placing;
  await whenIn(scene, who, id, ['reserved', 'confirmed']);
  const path = `/v1/orders/${id}/cancel`;
  await scene.client.sendUntilAnswered({
    ...{ who, method: 'POST', url: to(scene, 'order'), path, key: randomUUID(), body: {} },
  });
}

/** Sends one key twice at once, once more, and with another body. */
async function repeatKeys(scene: Scene, who: Person): Promise<void> {
  const key = randomUUID();
  const order = { paymentToken: 'tok_ok', sku: PLENTY, key };
  await Promise.all([placeOrder(scene, who, order), placeOrder(scene, who, order)]);
  await placeOrder(scene, who, order);
  const body = { lines: [{ sku: PLENTY, quantity: 2 }], paymentToken: 'tok_ok' };
  await scene.client.send({ who, method: 'POST', url: to(scene, 'order'), path: '/v1/orders', key, body });
}

async function read(scene: Scene, who: Person): Promise<void> {
  const product = { who, method: 'GET', url: to(scene, 'inventory'), path: `/v1/products/${PLENTY}` };
  const readings = [
    product,
    product,
    { ...product, path: '/v1/products' },
    { ...product, path: '/v1/products/NONE' },
  ];
  for (const reading of readings) await scene.client.send(reading);
  await scene.client.send({ ...product, url: to(scene, 'payment'), path: '/v1/payments' });
}

async function askWrongly(scene: Scene, who: Person): Promise<void> {
  const order = { method: 'POST', url: to(scene, 'order'), path: '/v1/orders', key: randomUUID() };
  await scene.client.send({ ...order, who, body: { lines: [] } });
  await scene.client.send({ ...order, who: { ...who, token: 'none' }, body: {} });
}

/** Places more orders at once than may be open: some are refused. */
async function crowd(scene: Scene, who: Person): Promise<void> {
  const body = { lines: [{ sku: PLENTY, quantity: 1 }], paymentToken: 'tok_slow' };
  const order = { who, method: 'POST', url: to(scene, 'order'), path: '/v1/orders', body };
  const calls = Array.from({ length: 2 * MOST_OPEN_ORDERS }, () => ({ ...order, key: randomUUID() }));
  await Promise.all(calls.map(scene.client.send));
}

/** An event that no service can process. */
async function publishMalformed({ servers }: Running): Promise<void> {
  await publishByHand(servers.kafka, { type: 'order.confirmed', key: randomUUID(), data: '{"orderId":' });
}
