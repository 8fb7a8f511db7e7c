import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { JournalEntryRequested } from '@repo/example-contracts/example';
import { call, createServiceEnvironment, eventRecord, eventually, startService } from '@repo/testing';
import { createApp } from '../src/app.ts';
import { Config } from '../src/config.ts';

const environment = await createServiceEnvironment({
  service: 'example',
  migrations: join(import.meta.dirname, '../migrations'),
  topics: ['example.events'],
});
export const { database, identity, publish } = environment;
/** The events that the service publishes. */
export const published = await environment.record('example.events');

/** The example service in this process, on servers of this file's own. */
export const { url } = await startService(createApp, Config.parse({ ...environment.env, EXAMPLE_PORT: '0' }));

export async function newCustomer() {
  const id = randomUUID();
  return { id, token: await identity.token({ subject: id }) };
}

/** An event that this service consumes, about this customer. */
export function consumedEvent(customerId: string, occurredAt = new Date()) {
  const data = { requestId: randomUUID(), version: 1, customerId };
  return eventRecord(JournalEntryRequested, data, { at: occurredAt });
}

/** Waits until the service has consumed all that has been published. */
export async function caughtUp(): Promise<void> {
  const lag = () => environment.kafka.lag('example', ['example.events']);
  await eventually(async () => (await lag()) === 0, { what: 'the service to consume everything' });
}

export const list = (token: string, search = '') =>
  call(`${url}/v1/journal-entries${search}`, 'GET', { token });
