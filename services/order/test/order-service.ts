import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Topic } from '@repo/contracts/event';
import { ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import { sql } from '@repo/postgres';
import {
  type CallOptions,
  call,
  createServiceEnvironment,
  eventRecord,
  eventually,
  startService,
} from '@repo/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';

const HEARD: Topic[] = ['inventory.events', 'payment.events'];

const environment = await createServiceEnvironment({
  service: 'order',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events', 'product.events', ...HEARD],
});
export const { database, env, identity, publish, url: databaseUrl } = environment;

/** One more process of the order service beside the first, told more than that. */
export function startReplica(more: Record<string, string> = {}) {
  return startService(createApp, Config.parse({ ...env, ORDER_PORT: '0', ...more }));
}

/** The order service in this process, on servers of this file's own. */
export const { url, close } = await startReplica();
/** Everything that the service says. */
export const said = await environment.record('order.events');

/** A customer, for whom nobody has ordered yet. */
export async function newCustomer() {
  const id = randomUUID();
  return { id, token: await identity.token({ customer: id }) };
}

export const customer = await newCustomer();

export const ORDER = {
  lines: [
    { sku: 'KEYBOARD', quantity: 2 },
    { sku: 'MOUSE', quantity: 1 },
  ],
  paymentToken: 'tok_ok',
};

/** Places an order that is as it should be, but for what is told. */
export function post(options: CallOptions = {}, at = url) {
  return call(`${at}/v1/orders`, 'POST', {
    token: customer.token,
    key: randomUUID(),
    body: ORDER,
    ...options,
  });
}

export function cancel(orderId: string, options: CallOptions = {}) {
  return call(`${url}/v1/orders/${orderId}/cancel`, 'POST', {
    token: customer.token,
    key: randomUUID(),
    ...options,
  });
}

export function get(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'GET', { token: customer.token, ...options });
}

/** What inventory says of a product. */
export function listed(
  sku: string,
  { version = 1, priceCents = 1_000, currency = 'EUR', name = `A ${sku}` } = {},
) {
  const listedAt = '2026-01-02T03:04:05.678Z';
  return eventRecord(ProductListed, { sku, version, name, priceCents, currency, metadata: {}, listedAt });
}

/** What the others say of an order. */
export const trigger = {
  'stock.reserved': (orderId: string) => eventRecord(StockReserved, { orderId, version: 1 }),
  'stock.rejected': (orderId: string) =>
    eventRecord(StockRejected, {
      orderId,
      version: 1,
      missing: [{ sku: 'MOUSE', requested: 1, available: 0 }],
    }),
  'payment.captured': (orderId: string) =>
    eventRecord(PaymentCaptured, {
      orderId,
      version: 2,
      paymentId: randomUUID(),
      amountCents: 11_948,
      currency: 'EUR',
    }),
  'payment.declined': (orderId: string) =>
    eventRecord(PaymentDeclined, { orderId, version: 2, reason: 'no money' }),
  'payment.refunded': (orderId: string) =>
    eventRecord(PaymentRefunded, {
      orderId,
      version: 3,
      paymentId: randomUUID(),
      amountCents: 11_948,
      currency: 'EUR',
    }),
};

/** Statements of a test, which may name a table in a variable. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}

/** Waits until the service has heard all that has been published: of orders, and of products. */
export async function caughtUp(): Promise<void> {
  const [list] = await query<{ id: string }>('select id from price_lists');
  const lag = async () =>
    (await environment.kafka.lag('order', HEARD)) +
    (await environment.kafka.lag(`order-prices-${list?.id}`, ['product.events']));
  await eventually(async () => (await lag()) === 0, { what: 'the service to hear everything' });
}

/** Waits until the service has heard of these prices. */
export async function hasPrices(...skus: string[]): Promise<void> {
  await eventually(
    async () => (await query('select sku from prices where sku = any($1)', [skus])).length === skus.length,
    { what: 'the price list' },
  );
}

/**
 * Holds an order's row while `work` is done, as a transaction would that is about to change it. Whoever wants the row
 * meanwhile waits for it, and gets it in the order of asking.
 */
export async function whileHeld<Result>(orderId: string, work: () => Promise<Result>): Promise<Result> {
  return database.transaction(async (tx) => {
    await tx.query(sql`select id from orders where id = ${orderId} for update`);
    return work();
  });
}

/** Waits until this many statements of the service wait for a lock. */
export async function waitForBlocked(count: number): Promise<void> {
  const blocked = () =>
    query(`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
  await eventually(async () => (await blocked()).length === count, { what: `${count} that wait for a lock` });
}

export type Trigger = keyof typeof trigger;

export async function isIn(orderId: string, status: string): Promise<void> {
  await eventually(async () => (await get(`/v1/orders/${orderId}`)).body.status === status, {
    what: `the order to be ${status}`,
  });
}

/** Places an order and lets these things happen to it, one after the other; answers its id. */
export async function orderThatHeard(...triggers: [Trigger, string][]): Promise<string> {
  const { body } = await post();
  for (const [what, status] of triggers) {
    await publish([trigger[what](body.id)]);
    await isIn(body.id, status);
  }
  return body.id;
}

export async function historyOf(orderId: string): Promise<string[]> {
  const rows = await query<{ step: string }>(
    `select version || ' ' || status as step from order_history where order_id = $1 order by version`,
    [orderId],
  );
  return rows.map(({ step }) => step);
}

/** What was said of an order, in its order, as soon as this many things have been. */
export async function saidOf(orderId: string, count: number) {
  const ofOrder = () => said.filter(({ key }) => key === orderId);
  await eventually(() => ofOrder().length >= count, { what: `${count} events of the order` });
  return ofOrder();
}

await publish([
  listed('KEYBOARD', { priceCents: 4_999, name: 'Keyboard' }),
  listed('MOUSE', { priceCents: 1_950, name: 'Mouse' }),
  listed('LAPTOP', { priceCents: 99_900, currency: 'USD' }),
]);
await hasPrices('KEYBOARD', 'MOUSE', 'LAPTOP');
