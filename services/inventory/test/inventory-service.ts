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

// Longer than any test, so that only a test that asks for alarms gets them.
const env = { ...environment.env, INVENTORY_PORT: '0', RESERVATION_ALARM_SECONDS: '1000000000' };

/** One more inventory service in this process, in the same consumer group as the others. */
export function startReplica(changes: Record<string, string> = {}) {
  return startService(createApp, Config.parse({ ...env, REDIS_URL: redis.url, ...changes }));
}

/** The inventory service in this process, on servers of this file's own. */
const { url } = await startReplica();

/** The token of an administrator. */
export const administrator = await identity.token({ scope: 'stock:write operations' });

/** A sku that no other test uses; the cache is shared with other files. */
export function newSku(name = 'THING'): string {
  return `${name}-${randomUUID().toUpperCase()}`;
}

export function productOf(sku: string) {
  return { sku, name: 'A thing', priceCents: 1_950, currency: 'EUR', stock: 7 };
}

/** Sends a valid change, except for the given options. */
export function post(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'POST', { token: administrator, key: randomUUID(), ...options });
}

/** Sends a change of a product, of any version unless other headers are given. */
export function patch(path: string, options: CallOptions = {}) {
  const headers = { 'if-match': '*' };
  return call(`${url}${path}`, 'PATCH', { token: administrator, key: randomUUID(), headers, ...options });
}

export function remove(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'DELETE', { token: administrator, ...options });
}

/** The status of a response and the end of its problem's type: '409 sku-taken'. */
export function statusOf({ status, body }: Answer): string {
  return `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();
}

export function get(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'GET', options);
}

/** Lists a product; returns its sku. */
export async function listWith(stock: number, name?: string): Promise<string> {
  const sku = newSku(name);
  await post('/v1/products', { body: { ...productOf(sku), stock } });
  return sku;
}

export async function stockOf(sku: string) {
  const { body } = await get(`/v1/products/${sku}/stock`, { token: administrator });
  const { available, reserved, sold, restocked } = body;
  return { available, reserved, sold, restocked };
}

type Line = { sku: string; quantity: number };

/** The records of the order service about an order. */
export const orderRecord = {
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

/** Waits until the service has consumed all published events. */
export async function caughtUp(): Promise<void> {
  const lag = () => environment.kafka.lag('inventory', ['order.events']);
  await eventually(async () => (await lag()) === 0, { what: 'the service to consume everything' });
}

/** Runs a statement of a test. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}

/** The processes that wait for a lock in this database. */
export function waiting(): Promise<{ pid: number }[]> {
  return query(
    `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
}

export async function isAnyoneWaiting(): Promise<boolean> {
  return (await waiting()).length > 0;
}
