import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  ended,
  giveContact,
  listProduct,
  mailAbout,
  newCustomer,
  placeOrder,
  system,
} from './whole-system.ts';

const SECRET = `tok_${'s3cret'.repeat(4)}`;

const customer = await newCustomer();
const placed = await placeOrder(customer, { sku: await listProduct(), paymentToken: SECRET });
const [, traceId = ''] = placed.headers.get('traceparent')?.split('-') ?? [];
await ended(customer, placed.body.id);
await mailAbout(customer, placed.body.id);

test('no span and no line that is logged holds a payment token or an address', async () => {
  const contact = await giveContact(customer);
  const [, contactTraceId = ''] = contact.headers.get('traceparent')?.split('-') ?? [];
  const names = (id: string) => system.spans(id).map(({ name }) => name);
  await eventually(() => names(traceId).includes('send message') && names(contactTraceId).length > 0);
  const spans = JSON.stringify([...system.spans(traceId), ...system.spans(contactTraceId)]);

  const folder = join(system.dir, 'logs');
  const files = (await readdir(folder)).map((file) => join(folder, file));
  const logs = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  assert.ok(
    logs.some((log) => log.includes(traceId)),
    'the logs are those of this order',
  );
  for (const text of [spans, ...logs]) {
    assert.ok(!text.includes(SECRET));
    assert.ok(!text.includes(customer.email));
  }
});
