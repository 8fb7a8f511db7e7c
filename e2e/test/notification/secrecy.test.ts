import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { readLogs, traceIdOf } from '../secrecy.ts';
import { eventsOf, listProduct, placeOrder, system } from '../whole-system.ts';
import { giveAddress, mailAbout, newContact } from './mail.ts';

const customer = await newContact();
const placed = await placeOrder(customer, { sku: await listProduct() });
await mailAbout(customer, placed.body.id);

test('no event, no span and no line of a log contains an e-mail address', async () => {
  const [traceId, contactTraceId] = [traceIdOf(placed), traceIdOf(await giveAddress(customer))];
  const names = (id: string) => system.spans(id).map(({ name }) => name);
  await eventually(() => names(traceId).includes('send message') && names(contactTraceId).length > 0);
  const spans = JSON.stringify([...system.spans(traceId), ...system.spans(contactTraceId)]);
  const events = await eventually(async () => {
    const all = await eventsOf(placed.body.id);
    return all.some(({ type }) => type === 'order.confirmed') && all;
  });
  for (const text of [spans, JSON.stringify(events), ...(await readLogs(traceId))])
    assert.ok(!text.includes(customer.email));
});
