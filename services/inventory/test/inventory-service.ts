import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { OrderCancelled, OrderConfirmed, OrderPlaced } from '@repo/contracts/order';
import {
  type Answer,
  type CallOptions,
  call,
  createFaultyProxy,
  createServiceEnvironment,
  eventRecord,
  eventually,
  startService,
  testServers,
} from '@repo/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';

const environment = await createServiceEnvironment({
  service: 'inventory',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events', 'inventory.events', 'product.events'],
});
export const { database, identity, publish, record } = environment;
export const redis = await createFaultyProxy(testServers().redisUrl, 6379);

// Longer than any test takes, so that no test's reservations raise alarms but where it asks for them.
const env = { ...environment.env, INVENTORY_PORT: '0', RESERVATION_ALARM_SECONDS: '1000000000' };

/** One more inventory service in this process, in the same consumer group as the others. */
export function startReplica(changes: Record<string, string> = {}) {
  return startService(createApp, Config.parse({ ...env, REDIS_URL: redis.url, ...changes }));
}

/** The inventory service in this process, on servers of this file's own. */
const { url } = await startReplica();

/** A token of somebody who runs the shop. */
export const shopkeeper = await identity.token({ scope: 'stock:write operations' });

/** A sku that no other test uses; the cache is shared with other files. */
export function newSku(name = 'THING'): string {
  return `${name}-${randomUUID().toUpperCase()}`;
}

export function productOf(sku: string) {
  return { sku, name: 'A thing', priceCents: 1_950, currency: 'EUR', stock: 7 };
}

/** Asks for something to be changed, with all that is needed but for what is told. */
export function post(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'POST', { token: shopkeeper, key: randomUUID(), ...options });
}

/** Asks for a product to be changed, in whatever version it is unless other headers are told. */
export function patch(path: string, options: CallOptions = {}) {
  const headers = { 'if-match': '*' };
  return call(`${url}${path}`, 'PATCH', { token: shopkeeper, key: randomUUID(), headers, ...options });
}

export function remove(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'DELETE', { token: shopkeeper, ...options });
}

/** The status of an answer and the end of its problem's type: '409 sku-taken'. */
export function told({ status, body }: Answer): string {
  return `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();
}

export function get(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'GET', options);
}

/** Lists a product; answers its sku. */
export async function listWith(stock: number, name?: string): Promise<string> {
  const sku = newSku(name);
  await post('/v1/products', { body: { ...productOf(sku), stock } });
  return sku;
}

export async function stockOf(sku: string) {
  const { body } = await get(`/v1/products/${sku}/stock`, { token: shopkeeper });
  const { available, reserved, sold, restocked } = body;
  return { available, reserved, sold, restocked };
}

type Line = { sku: string; quantity: number };

/** What the order service says of an order. */
export const published = {
  placed: (orderId: string, lines: Line[], deadlineAt = new Date(Date.now() + 900_000)) =>
    eventRecord(OrderPlaced, {
      ...about(orderId, 1),
      lines,
      totalCents: 1,
      currency: 'EUR',
      deadlineAt: deadlineAt.toISOString(),
    }),
  confirmed: (orderId: string, lines: Line[]) =>
    eventRecord(OrderConfirmed, { ...about(orderId, 3), lines, totalCents: 1, currency: 'EUR' }),
  cancelled: (orderId: string, lines: Line[]) =>
    eventRecord(OrderCancelled, { ...about(orderId, 3), lines, reason: 'payment-declined' as const }),
};

function about(orderId: string, version: number) {
  return { orderId, version, customerId: '0198c5a0-0000-7000-8000-000000000001' };
}

/** Waits until the service has heard all that has been published. */
export async function caughtUp(): Promise<void> {
  const lag = () => environment.kafka.lag('inventory', ['order.events']);
  await eventually(async () => (await lag()) === 0, { what: 'the service to hear everything' });
}

/** Statements of a test. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}

/** Those who wait for a lock in this database. */
export function waiting(): Promise<{ pid: number }[]> {
  return query(
    `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
}

export async function isAnyoneWaiting(): Promise<boolean> {
  return (await waiting()).length > 0;
}
