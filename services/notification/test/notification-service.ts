import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { OrderCancelled, OrderConfirmed, OrderRefunded } from '@repo/contracts/order';
import {
  type CallOptions,
  call,
  createFaultyProxy,
  createServiceEnvironment,
  eventRecord,
  eventually,
  startService,
  startStandIn,
} from '@repo/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';

const environment = await createServiceEnvironment({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events'],
});
export const { database, identity, publish } = environment;

const mailbox = await startStandIn('mailbox');
/** The proxy to the mail server. */
export const smtp = await createFaultyProxy(mailbox.smtpUrl as string, 25);

/** The notification service in this process, on servers of this file's own. */
export const { url } = await startService(
  createApp,
  Config.parse({ ...environment.env, SMTP_URL: smtp.url, NOTIFICATION_PORT: '0' }),
);

export interface Mail {
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** The mails that arrived at an address. */
export async function mailTo(email: string): Promise<Mail[]> {
  return (await call(`${mailbox.url}/messages?to=${encodeURIComponent(email)}`)).body.items;
}

/** Waits until this many mails have arrived at an address. */
export function hasMail(email: string, count = 1): Promise<Mail[]> {
  return eventually(
    async () => {
      const mail = await mailTo(email);
      return mail.length >= count && mail;
    },
    { what: `mail to ${email}` },
  ) as Promise<Mail[]>;
}

/** A customer without a stored address, and an address. */
export async function newCustomer() {
  const id = randomUUID();
  const token = await identity.token({ subject: id });
  return { id, token, email: `canary-${id}@example.com` };
}

type Customer = Awaited<ReturnType<typeof newCustomer>>;

export function putContact({ token, email }: Pick<Customer, 'token' | 'email'>) {
  return call(`${url}/v1/contacts/me`, 'PUT', { token, body: { email } });
}

export function deleteContact({ token }: Pick<Customer, 'token'>) {
  return call(`${url}/v1/contacts/me`, 'DELETE', { token });
}

/** A customer with a stored address. */
export async function reachableCustomer(): Promise<Customer> {
  const customer = await newCustomer();
  await putContact(customer);
  return customer;
}

const LINES = [{ sku: 'KEYBOARD', quantity: 2 }];

/** The records of the order service about an order of this customer. */
export const published = {
  confirmed: (customerId: string, orderId = randomUUID() as string) =>
    eventRecord(OrderConfirmed, {
      orderId,
      version: 3,
      customerId,
      totalCents: 9_998,
      currency: 'EUR',
      lines: LINES,
    }),
  cancelled: (
    customerId: string,
    reason: 'out-of-stock' | 'payment-declined',
    orderId = randomUUID() as string,
  ) => eventRecord(OrderCancelled, { orderId, version: 2, customerId, reason, lines: LINES }),
  refunded: (customerId: string, orderId = randomUUID() as string) =>
    eventRecord(OrderRefunded, { orderId, version: 4, customerId, amountCents: 4_205, currency: 'EUR' }),
};

/** Waits until the service has consumed all published events. */
export async function caughtUp(): Promise<void> {
  const lag = () => environment.kafka.lag('notification', ['order.events']);
  await eventually(async () => (await lag()) === 0, { what: 'the service to consume everything' });
}

export function get(path: string, options: CallOptions = {}) {
  return call(`${url}${path}`, 'GET', options);
}

/** Runs a statement of a test. */
export function query<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.query<Row>({ text, values });
}
