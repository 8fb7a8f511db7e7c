import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ComparedOrder } from '@repo/contracts/compared-order';
import { OrderCancelled, OrderReserved } from '@repo/contracts/order';
import type { Logger } from '@repo/observability';
import type { RecordPage } from '@repo/operations';
import {
  atTheEnd,
  type CallOptions,
  call,
  createFaultyProxy,
  createServiceEnvironment,
  eventRecord,
  eventually,
  startService,
  testLog,
} from '@repo/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';
import { createPaymentProvider } from '../src/payment-provider.ts';
import { reconcilePayments } from '../src/reconcile-payments.ts';
import { startProvider } from './provider.ts';

const environment = await createServiceEnvironment({
  service: 'payment',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events', 'payment.events'],
});
export const { database, identity, publish } = environment;
export const provider = await startProvider();
/** Between the service and its provider. */
export const proxy = await createFaultyProxy(provider.url, 80);
export const env = { ...environment.env, PAYMENT_PROVIDER_URL: proxy.url, PAYMENT_PORT: '0' };

/** The alarms of the service: its error lines that have an alarm code. */
const alarms: Record<string, unknown>[] = [];
const log: Logger = Object.create(testLog, {
  error: { value: (facts: Record<string, unknown>) => 'alarm' in facts && alarms.push(facts) },
});

/** The payment service in this process, on servers of this file's own; each one is another replica. */
export const startReplica = () => startService((config: Config) => createApp(config, log), Config.parse(env));
export const { url, close } = await startReplica();
/** All events that the service publishes. */
export const published = await environment.record('payment.events');

/** The differences from a provider's ledger; the orders match the payments, except for the changes. */
export async function differences(
  { url } = provider,
  changes: Record<string, Partial<ComparedOrder>> = {},
): Promise<string[]> {
  const compare = reconcilePayments(database, createPaymentProvider({ url, timeoutMs: 5_000, log: testLog }));
  const found = await Array.fromAsync(compare(pageOf(await ordersOf(changes)), new Date()));
  return found.flatMap((one) => (one === 'not settled' ? [] : [one.sentence]));
}

async function* pageOf(orders: ComparedOrder[]): AsyncGenerator<RecordPage<ComparedOrder>> {
  yield {
    records: orders,
    after: '00000000-0000-0000-0000-000000000000',
    upTo: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  };
}

/** The orders of the payments, by their ids; each matches its payment, except for the changes. */
export async function ordersOf(
  changes: Record<string, Partial<ComparedOrder>> = {},
): Promise<ComparedOrder[]> {
  const orders = await query<ComparedOrder>(`
    select order_id as id, customer_id as "customerId", amount_cents as "totalCents", currency,
      case when cancelled_at is not null then 'cancelled' when status = 'captured' then 'confirmed' else 'reserved' end
        as status,
      cancelled_at is not null or status = 'captured' as "isSettled", true as "isRefunded", false as "isParked"
    from payments
    order by order_id`);
  return orders.map((order) => ({ ...order, ...changes[order.id] }));
}

// After the tests of a file, once everything is settled, payments and ledger agree.
atTheEnd(() =>
  eventually(async () => assert.deepEqual(await differences(), []) ?? true, {
    what: 'payments and ledger to agree',
  }),
);

/** Publishes that an order is reserved; returns the order's id. */
export async function reserved(
  paymentToken: string,
  { customerId = randomUUID(), totalCents = 11_948 } = {},
): Promise<string> {
  const record = reservedRecord(paymentToken, { customerId, totalCents });
  await publish([record]);
  return record.key;
}

/** The record of an order that has its stock. */
export function reservedRecord(
  paymentToken: string,
  {
    orderId = randomUUID() as string,
    customerId = randomUUID() as string,
    totalCents = 11_948,
    deadlineAt = new Date(Date.now() + 900_000),
    traceparent = '',
  } = {},
) {
  const money = { totalCents, currency: 'EUR', paymentToken };
  const order = { orderId, version: 2, customerId, ...money, deadlineAt: deadlineAt.toISOString() };
  return eventRecord(OrderReserved, order, traceparent ? { traceparent } : {});
}

/** Publishes that an order is cancelled. */
export const cancelled = (orderId: string) => publish([cancelledRecord(orderId)]);

export function cancelledRecord(orderId: string, { customerId = randomUUID() as string } = {}) {
  const lines = [{ sku: 'THING', quantity: 1 }];
  const reason = 'customer' as const;
  return eventRecord(OrderCancelled, { orderId, version: 3, customerId, reason, lines });
}

export interface PaymentRow {
  id: string;
  status: string;
  version: number;
  attempts: number;
  payment_token: string | null;
  capture_id: string | null;
}

export async function paymentOf(orderId: string): Promise<PaymentRow | undefined> {
  const [row] = await query<PaymentRow>(
    'select id, status, version, attempts, payment_token, capture_id from payments where order_id = $1',
    [orderId],
  );
  return row;
}

/** Waits for an event about the order's payment, of the given type if there is one. */
export function outcomeOf(orderId: string, type?: string) {
  const isIt = (event: (typeof published)[number]) => event.key === orderId && (!type || event.type === type);
  return eventually(() => published.find(isIt), { what: type ?? 'an event about the payment' });
}

/** All events about the order's payment, each with its type and version. */
export function eventsOf(orderId: string): [string, unknown][] {
  return published.filter(({ key }) => key === orderId).map(({ type, data }) => [type, data.version]);
}

/** The provider's ledger about an order: of each movement its kind and its amount. */
export async function ledgerOf(orderId: string): Promise<[string, number][]> {
  return (await provider.movementsOf(orderId)).map(({ kind, amountCents }) => [kind, amountCents]);
}

/** The alarms about the order's payment. */
export const alarmsAbout = (orderId: string) => alarms.filter((facts) => facts.orderId === orderId);

/** Waits until the service has consumed all published events. */
export async function caughtUp(): Promise<void> {
  const lag = () => environment.kafka.lag('payment', ['order.events']);
  await eventually(async () => (await lag()) === 0, { what: 'the service to consume everything' });
}

/** Waits until a transaction of the service waits for a lock of the test. */
export async function isBlocked(): Promise<void> {
  const blocked = `
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await eventually(async () => (await query(blocked)).length > 0, {
    what: 'a statement that waits for a lock',
  });
}

export function get(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'GET', options);
}

/** Runs a statement of a test. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}
