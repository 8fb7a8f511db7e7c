import type { Running } from '@repo/stack';
import type { Auditor } from '../audit/audit.ts';
import { isEvent } from '../audit/topics.ts';
import { CARD_NUMBER } from '../services/order/workload.ts';
import type { Client, Person, Request } from './client.ts';
import type { Act, Moment, Story } from './script.ts';
import type { Shop } from './shop.ts';

export interface Stage {
  running: Running;
  auditor: Auditor;
  client: Client;
  shop: Shop;
}

/** How many records count as 'the last'. */
const LAST = 100;

/** The events that mark a moment. A moment is over, at the latest, when the order has ended. */
const PUBLISHED: Record<Exclude<Moment, 'at once'>, string[]> = {
  reserved: ['order.reserved'],
  paid: ['payment.captured', 'payment.declined'],
  ended: [],
};

/** Plays the story of one order, up to the order's end. The number decides who its customer is, and its keys. */
export async function play(stage: Stage, story: Story, number: number): Promise<void> {
  const { customers } = stage.shop;
  const owner = customers[number % customers.length] as Person;
  const stranger = customers[(number + 1) % customers.length] as Person;
  // Keys are numbered for each customer, so every key is used by all of them.
  const key = `order-${Math.floor(number / customers.length)}`;
  const orderId = await place(stage, story, { owner, key });
  for (const [index, act] of story.acts.entries())
    await perform(stage, act, { owner, stranger, orderId, key: `${key}/act-${index}` });
  if (orderId) await stage.auditor.recording.whenPublished(orderId, []);
}

/** Returns the order's id; undefined where it was refused. */
async function place(
  { running, client }: Stage,
  { lines, paymentToken, sending }: Story,
  { owner, key }: { owner: Person; key: string },
): Promise<string | undefined> {
  const body = { lines, paymentToken, metadata: { key, card: CARD_NUMBER } };
  const order = {
    who: owner,
    method: 'POST',
    url: running.services.order.url,
    path: '/v1/orders',
    key,
    body,
  };
  const copies = Array.from({ length: sending.copies }, () =>
    client.sendUntilAnswered({ ...order, patienceMs: sending.loses }),
  );
  const [call] = await Promise.all(copies);
  return call?.outcome === 'ok' ? (call.answer as { id: string }).id : undefined;
}

interface Scene {
  owner: Person;
  stranger: Person;
  orderId: string | undefined;
  key: string;
}

async function perform(stage: Stage, act: Act, { owner, stranger, orderId, key }: Scene): Promise<void> {
  const { auditor, client } = stage;
  if (act.does === 'redeliver') return redeliver(auditor, act);
  if (!('when' in act)) return manageProduct(stage, act, `${owner.id}/${key}`);
  if (orderId === undefined) return;
  if (act.when !== 'at once') await auditor.recording.whenPublished(orderId, PUBLISHED[act.when]);

  const order = { who: owner, url: stage.running.services.order.url, path: `/v1/orders/${orderId}` };
  const cancellation: Request = { ...order, method: 'POST', path: `${order.path}/cancel`, key, body: {} };
  switch (act.does) {
    case 'read':
      await client.send({ ...order, method: 'GET' });
      return;
    case 'delete':
      await client.send({ ...order, method: 'DELETE' });
      return;
    case 'interfere':
      await client.send({ ...cancellation, who: stranger });
      return;
    case 'cancel':
      await client.sendUntilAnswered({ ...cancellation, patienceMs: act.loses });
      if (act.again === 'same key') await client.sendUntilAnswered(cancellation);
      if (act.again === 'other key') await client.sendUntilAnswered({ ...cancellation, key: `${key}/again` });
  }
}

async function manageProduct(
  { running, client, shop }: Stage,
  act: Extract<Act, { sku: string }>,
  key: string,
): Promise<void> {
  const product = { who: shop.staff, url: running.services.inventory.url, path: `/v1/products/${act.sku}` };
  switch (act.does) {
    case 'restock': {
      const body = { quantity: act.quantity };
      await client.sendUntilAnswered({
        ...product,
        method: 'POST',
        path: `${product.path}/restock`,
        key,
        body,
      });
      return;
    }
    case 'reprice': {
      const { answer } = await client.send({ ...product, method: 'GET' });
      const ifMatch = `"${(answer as { version?: number } | null)?.version}"`;
      const body = { priceCents: act.priceCents };
      await client.sendUntilAnswered({ ...product, method: 'PATCH', key, body, ifMatch });
      return;
    }
    case 'delist':
      await client.sendUntilAnswered({ ...product, method: 'DELETE' });
  }
}

/** Publishes events again, in any order, as after a crash between publishing them and recording that. */
async function redeliver(
  { recording, publisher }: Auditor,
  { of, picks }: Extract<Act, { does: 'redeliver' }>,
): Promise<void> {
  const published = (of === 'all' ? recording.records : recording.records.slice(-LAST)).filter(isEvent);
  const records = picks.flatMap(
    (thousandth) => published[Math.floor((thousandth / 1_000) * published.length)] ?? [],
  );
  const batches = [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    records: ofTopic.map(({ key, value, headers }) => ({ key, value, headers })),
  }));
  // While Kafka is down, nothing is published again: that is no fault of the system.
  if (batches.length > 0) await publisher.publish(batches).catch(() => {});
}
