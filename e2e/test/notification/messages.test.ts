import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { call, eventually } from '@repo/testing';
import { poison } from '../poison.ts';
import {
  cancelDuringCapture,
  ended,
  listProduct,
  ownUrls,
  placeOrder,
  staff,
  urls,
} from '../whole-system.ts';
import { type Contact, giveAddress, mailAbout, newContact } from './mail.ts';

async function messagesOf(contact: Contact) {
  return (await call(`${urls.notification}/v1/messages`, 'GET', contact)).body.items;
}

test('the customer of a confirmed order gets one e-mail', async () => {
  const [customer, sku] = await Promise.all([newContact(), listProduct()]);
  const { id } = (await placeOrder(customer, { sku })).body;
  assert.equal((await mailAbout(customer, id)).subject, 'Your order is confirmed');
  await eventually(async () => {
    const items = await messagesOf(customer);
    assert.deepEqual([items.length, items[0].kind, items[0].status], [1, 'order-confirmed', 'sent']);
    return true;
  });
});

for (const [reason, order, text] of [
  ['its payment is declined', { paymentToken: 'tok_declined' }, /your payment was declined/],
  ['there is too little stock', { quantity: 2 }, /out of stock/],
] as const) {
  test(`the customer of an order that is cancelled since ${reason} gets the reason`, async () => {
    const [customer, sku] = await Promise.all([newContact(), listProduct({ stock: 1 })]);
    const { id } = (await placeOrder(customer, { sku, ...order })).body;
    assert.match((await mailAbout(customer, id)).text, text);
  });
}

test('a customer who cancels a paid order gets an e-mail about the cancellation and one about the refund', async () => {
  const customer = await newContact();
  const { id, answer } = await cancelDuringCapture(customer, { priceCents: 1_250 });
  assert.equal(answer.status, 200);
  assert.match((await mailAbout(customer, id, /cancelled/)).text, /you asked us to/);
  assert.match((await mailAbout(customer, id, /money/)).text, /paid back 25\.00 EUR/);
});

test('a message waits for an address, and is sent as soon as there is one', async () => {
  const [customer, sku] = await Promise.all([newContact({ hasAddress: false }), listProduct()]);
  const { id } = (await placeOrder(customer, { sku })).body;
  await ended(customer, id);
  await eventually(async () => (await messagesOf(customer))[0]?.status === 'waiting');
  assert.equal((await giveAddress(customer)).status, 204);
  assert.equal((await mailAbout(customer, id)).subject, 'Your order is confirmed');
});

test('a poisoned order holds up no other; when its dead letter is discarded, its e-mail is sent', async () => {
  const [customer, sku] = await Promise.all([newContact(), listProduct()]);
  const orderId = randomUUID();
  await poison({ orderId, customerId: customer.id, sku });
  const { id } = (await placeOrder(customer, { sku })).body;
  await mailAbout(customer, id);

  const deadLetters = `${ownUrls.notification}/v1/dead-letters`;
  const first = await eventually(async () => {
    const { items } = (await call(`${deadLetters}?key=${orderId}`, 'GET', { token: staff })).body;
    return items.find(({ kind }: { kind: string }) => kind === 'malformed');
  });
  const discard = { token: staff, key: randomUUID(), body: { reason: 'sent by a test' } };
  assert.equal((await call(`${deadLetters}/${first.id}/discard`, 'POST', discard)).status, 200);
  await mailAbout(customer, orderId);
});
