import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { OrderReserved } from '@tenfold/contracts/order';
import {
  type CallOptions,
  call,
  createSurroundings,
  eventRecord,
  eventually,
  startService,
} from '@tenfold/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';
import { startProvider } from './provider.ts';

const surroundings = await createSurroundings({
  service: 'payment',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events', 'payment.events'],
});
export const { database, identity, publish } = surroundings;
export const provider = await startProvider();

/** The payment service in this process, on servers of this file's own. */
export const { url } = await startService(
  createApp,
  Config.parse({ ...surroundings.env, PAYMENT_PROVIDER_URL: provider.url, PAYMENT_PORT: '0' }),
);
/** Everything that the service says. */
export const said = await surroundings.record('payment.events');

/** Says that an order waits for its payment; answers the order's id. */
export async function reserved(
  paymentToken: string,
  { customerId = randomUUID(), totalCents = 11_948 } = {},
): Promise<string> {
  const record = reservedRecord(paymentToken, { customerId, totalCents });
  await publish([record]);
  return record.key;
}

/** What the order service says of an order that has its stock. */
export function reservedRecord(
  paymentToken: string,
  { orderId = randomUUID() as string, customerId = randomUUID() as string, totalCents = 11_948 } = {},
) {
  return eventRecord(OrderReserved, {
    orderId,
    version: 2,
    customerId,
    totalCents,
    currency: 'EUR',
    paymentToken,
    deadlineAt: new Date(Date.now() + 900_000).toISOString(),
  });
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

/** Waits until something has been said of the order's payment. */
export function answerTo(orderId: string) {
  return eventually(() => said.find(({ key }) => key === orderId), { what: 'what became of the payment' });
}

/** Waits until the service has heard all that has been published. */
export async function allHeard(): Promise<void> {
  const lag = () => surroundings.kafka.lag('payment', ['order.events']);
  await eventually(async () => (await lag()) === 0, { what: 'the service to hear everything' });
}

export function get(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'GET', options);
}

/** Statements of a test. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}
