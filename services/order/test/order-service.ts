import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ProductListed, StockRejected, StockReserved } from '@repo/contracts/inventory';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@repo/contracts/payment';
import type { Topic } from '@repo/events/event-type';
import { type Database, sql } from '@repo/postgres';
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
import { findPriceListId } from '../src/price-store.ts';

const CONSUMED: Topic[] = ['inventory.events', 'payment.events'];

const environment = await createServiceEnvironment({
  service: 'order',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events', 'product.events', ...CONSUMED],
});
export const { database, env, identity, publish, url: databaseUrl } = environment;

/** One more process of the order service, with more environment. */
export function startReplica(more: Record<string, string> = {}) {
  return startService(createApp, Config.parse({ ...env, ORDER_PORT: '0', ...more }));
}

/** The order service in this process, on servers of this file's own. */
export const { url, close } = await startReplica();
/** All events that the service publishes. */
export const published = await environment.record('order.events');

/** A new customer without orders. */
export async function newCustomer() {
  const id = randomUUID();
  return { id, token: await identity.token({ subject: id }) };
}

export const customer = await newCustomer();

export const ORDER = {
  lines: [
    { sku: 'KEYBOARD', quantity: 2 },
    { sku: 'MOUSE', quantity: 1 },
  ],
  paymentToken: 'tok_ok',
};

/** Places a valid order, except for the given changes. */
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

/** The record of a listed product. */
export function listed(
  sku: string,
  { version = 1, priceCents = 1_000, currency = 'EUR', name = `A ${sku}` } = {},
) {
  const listedAt = '2026-01-02T03:04:05.678Z';
  return eventRecord(ProductListed, { sku, version, name, priceCents, currency, metadata: {}, listedAt });
}

/** The records of inventory and payment about an order. */
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

/** Runs a statement of a test, which may name a table in a variable. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}

/**
 * Waits until the service has consumed all published events: those about orders, and those about products into the price
 * list of this database.
 */
export async function caughtUp(of: Database = database): Promise<void> {
  const priceListId = await findPriceListId(of);
  const lag = async () =>
    (await environment.kafka.lag('order', CONSUMED)) +
    (await environment.kafka.lag(`order-prices-${priceListId}`, ['product.events']));
  await eventually(async () => (await lag()) === 0, { what: 'the service to consume everything' });
}

/** Waits until the service has consumed these prices. */
export async function hasPrices(...skus: string[]): Promise<void> {
  await eventually(
    async () => (await query('select sku from prices where sku = any($1)', [skus])).length === skus.length,
    { what: 'the price list' },
  );
}

/**
 * Locks an order's row while `work` runs, as a transaction would that is about to change it. Other transactions wait for
 * the row, and lock it in the order of their requests.
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
  await eventually(async () => (await blocked()).length === count, {
    what: `${count} statements that wait for a lock`,
  });
}

export type Trigger = keyof typeof trigger;

export async function isIn(orderId: string, status: string): Promise<void> {
  await eventually(async () => (await get(`/v1/orders/${orderId}`)).body.status === status, {
    what: `the order to be ${status}`,
  });
}

/** Places an order and publishes these events about it, one after the other; returns its id. */
export async function orderAfter(...triggers: [Trigger, string][]): Promise<string> {
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

/** The events of an order, in their order, as soon as there are this many. */
export async function eventsOf(orderId: string, count: number) {
  const ofOrder = () => published.filter(({ key }) => key === orderId);
  await eventually(() => ofOrder().length >= count, { what: `${count} events of the order` });
  return ofOrder();
}

await publish([
  listed('KEYBOARD', { priceCents: 4_999, name: 'Keyboard' }),
  listed('MOUSE', { priceCents: 1_950, name: 'Mouse' }),
  listed('LAPTOP', { priceCents: 99_900, currency: 'USD' }),
]);
await hasPrices('KEYBOARD', 'MOUSE', 'LAPTOP');
