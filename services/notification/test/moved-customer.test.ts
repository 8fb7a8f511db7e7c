import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { OrderConfirmed } from '@repo/contracts/order';
import { call, createServiceEnvironment, eventRecord, eventually, startService } from '@repo/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';
import { startMailServer } from './scripted-mail-server.ts';

// The mail server holds back its reply about an address until a test releases it.
const environment = await createServiceEnvironment({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['order.events'],
});
const held = new Map<string, Promise<string>>();
const server = await startMailServer((step, address) => (step === 'RCPT' ? held.get(address) : undefined));
const { url } = await startService(
  createApp,
  Config.parse({ ...environment.env, SMTP_URL: server.url, NOTIFICATION_PORT: '0' }),
);

const recipients = () => server.commands.filter((line) => line.startsWith('RCPT'));
const has = (email: string) => recipients().includes(`RCPT TO:<${email}>`);

/** A customer with a message that the service is sending right now; `release` lets the mail server reply. */
async function customerInFlight() {
  const [id, name] = [randomUUID(), randomUUID()];
  const token = await environment.identity.token({ subject: id });
  const [old, next] = [`old-${name}@example.com`, `new-${name}@example.com`];
  const { promise, resolve: release } = Promise.withResolvers<string>();
  held.set(old, promise);
  const put = (email: string) => call(`${url}/v1/contacts/me`, 'PUT', { token, body: { email } });
  const erase = () => call(`${url}/v1/contacts/me`, 'DELETE', { token });
  const status = async () => (await call(`${url}/v1/messages`, 'GET', { token })).body.items[0]?.status;
  await put(old);
  const lines = [{ sku: 'KEYBOARD', quantity: 1 }];
  const facts = { orderId: randomUUID(), version: 3, customerId: id, totalCents: 1, currency: 'EUR', lines };
  await environment.publish([eventRecord(OrderConfirmed, facts)]);
  await eventually(() => has(old), { what: 'the first attempt' });
  return { old, next, put, erase, release, status };
}

test('a customer who moves while the old address is being refused gets the message at the new one', async () => {
  const { old, next, put, release, status } = await customerInFlight();
  await put(next);
  release('550 5.1.1 <ADDRESS>: rejected');

  await eventually(async () => (await status()) === 'sent', { what: 'the message to be sent' });
  assert.ok(has(next));
  assert.equal(recipients().filter((line) => line.includes(old)).length, 1);
});

test('a customer who moves while the old address is being accepted gets no second mail', async () => {
  const { next, put, release, status } = await customerInFlight();
  await put(next);
  release('250 2.1.5 Ok');

  await eventually(async () => (await status()) === 'sent', { what: 'the message to be sent' });
  assert.ok(!has(next));
});

test('a customer who erases the address while it is being refused gets the message at the next one', async () => {
  const { next, put, erase, release, status } = await customerInFlight();
  await erase();
  release('550 5.1.1 <ADDRESS>: rejected');
  await put(next);

  await eventually(async () => (await status()) === 'sent', { what: 'the message to be sent' });
  assert.ok(has(next));
});
