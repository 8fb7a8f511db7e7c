import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { readLogs, traceIdOf } from './secrecy.ts';
import { ended, listProduct, newCustomer, placeOrder, system } from './whole-system.ts';

const SECRET = `tok_${'s3cret'.repeat(4)}`;

const customer = await newCustomer();
const placed = await placeOrder(customer, { sku: await listProduct(), paymentToken: SECRET });
await ended(customer, placed.body.id);

test('no span and no line of a log contains a payment token', async () => {
  const traceId = traceIdOf(placed);
  const spans = () => system.spans(traceId);
  await eventually(() => spans().some(({ name }) => name === 'process order.confirmed'));
  for (const text of [JSON.stringify(spans()), ...(await readLogs(traceId))])
    assert.ok(!text.includes(SECRET));
});
