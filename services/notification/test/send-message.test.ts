import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { decodeHeaders } from '@repo/events';
import { eventually } from '@repo/testing';
import { keepContact } from '../src/keep-contact.ts';
import { writeMessage } from '../src/write-message.ts';
import {
  caughtUp,
  database,
  deleteContact,
  get,
  hasMail,
  mailTo,
  newCustomer,
  publish,
  published,
  putContact,
  query,
  reachableCustomer,
  smtp,
} from './notification-service.ts';

async function messagesOf({ token }: { token: string }): Promise<Record<string, unknown>[]> {
  return (await get('/v1/messages', { token })).body.items;
}

/** Waits until all messages of a customer are in this status. */
async function areAll(customer: { token: string }, status: string, count = 1): Promise<void> {
  await eventually(
    async () => {
      const messages = await messagesOf(customer);
      return messages.length === count && messages.every((message) => message.status === status);
    },
    { what: `${count} messages to be ${status}` },
  );
}

test('a customer whose order is confirmed gets a mail, in text and in HTML', async () => {
  const customer = await reachableCustomer();
  const record = published.confirmed(customer.id);
  await publish([record]);

  const [mail, ...more] = await hasMail(customer.email);

  assert.deepEqual(more, []);
  assert.equal(mail?.messageId, `<${record.headers.ce_id}@tenfold.example>`);
  assert.equal(mail?.from, 'orders@tenfold.example');
  assert.equal(mail?.subject, 'Your order is confirmed');
  for (const words of [mail?.text ?? '', mail?.html ?? '']) {
    assert.match(words, /99\.98 EUR/);
    assert.match(words, /2 x KEYBOARD/);
    assert.match(words, new RegExp(record.key));
  }
  assert.match(mail?.html ?? '', /^<p>/);
  await areAll(customer, 'sent');
});

for (const [reason, words] of [
  ['out-of-stock', /out of stock/],
  ['payment-declined', /payment was declined/],
] as const) {
  test(`the mail of a cancelled order names the reason: ${reason}`, async () => {
    const customer = await reachableCustomer();
    await publish([published.cancelled(customer.id, reason)]);

    const [mail] = await hasMail(customer.email);

    assert.equal(mail?.subject, 'Your order was cancelled');
    assert.match(mail?.text ?? '', words);
  });
}

test('the mail of a refund names the amount and the order', async () => {
  const customer = await reachableCustomer();
  const record = published.refunded(customer.id);
  await publish([record]);

  const [mail, ...more] = await hasMail(customer.email);

  assert.deepEqual(more, []);
  assert.equal(mail?.messageId, `<${record.headers.ce_id}@tenfold.example>`);
  assert.equal(mail?.subject, 'Your money is on its way back');
  for (const words of [mail?.text ?? '', mail?.html ?? '']) {
    assert.match(words, /We have paid back 42\.05 EUR/);
    assert.match(words, new RegExp(record.key));
  }
  await areAll(customer, 'sent');
  assert.deepEqual(
    (await messagesOf(customer)).map(({ kind, orderId }) => [kind, orderId]),
    [['order-refunded', record.key]],
  );
});

test('an order that is cancelled and then refunded gets two mails, one for each', async () => {
  const customer = await reachableCustomer();
  const orderId = randomUUID();
  const cancelled = published.cancelled(customer.id, 'payment-declined', orderId);
  const refunded = published.refunded(customer.id, orderId);
  await publish([cancelled, refunded, refunded]);
  await hasMail(customer.email, 2);
  await publish([refunded, cancelled]);
  await caughtUp();

  await areAll(customer, 'sent', 2);
  assert.deepEqual((await mailTo(customer.email)).map(({ subject }) => subject).sort(), [
    'Your money is on its way back',
    'Your order was cancelled',
  ]);
});

test('an event that is consumed twice, in one batch or in two, writes one message', async () => {
  const customer = await reachableCustomer();
  const record = published.confirmed(customer.id);
  await publish([record, record]);
  await hasMail(customer.email);
  await publish([record]);
  await caughtUp();
  await publish([published.cancelled(customer.id, 'out-of-stock')]);
  await hasMail(customer.email, 2);

  assert.deepEqual((await mailTo(customer.email)).map(({ subject }) => subject).sort(), [
    'Your order is confirmed',
    'Your order was cancelled',
  ]);
  await areAll(customer, 'sent', 2);
});

test('a message to a customer without an address waits, and is sent as soon as there is one', async () => {
  const customer = await newCustomer();
  const orderId = randomUUID();
  await publish([published.confirmed(customer.id, orderId)]);
  await caughtUp();

  const [waiting] = await messagesOf(customer);
  assert.deepEqual(
    [waiting?.orderId, waiting?.kind, waiting?.status, waiting?.sentAt],
    [orderId, 'order-confirmed', 'waiting', null],
  );

  await putContact(customer);
  await hasMail(customer.email);
  await areAll(customer, 'sent');
});

test('a message that is written while its customer sets an address is sent, in either order', async () => {
  const customers = await Promise.all(Array.from({ length: 30 }, newCustomer));
  await Promise.all([
    publish(customers.map(({ id }) => published.confirmed(id))),
    ...customers.map((customer) => putContact(customer)),
  ]);

  for (const { email } of customers) assert.equal((await hasMail(email)).length, 1);
});

/** Whether a statement waits for a lock in this database. */
async function isAnyoneWaiting(): Promise<boolean> {
  const rows = await query(
    `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
  return rows.length > 0;
}

test('a message that is written while an address is being stored waits, and sees the address', async () => {
  const customer = await reachableCustomer();
  await deleteContact(customer);
  await database.transaction(async (tx) => {
    await keepContact(tx, { customerId: customer.id, email: customer.email });
    await publish([published.confirmed(customer.id)]);
    await eventually(isAnyoneWaiting, { what: 'the message to meet the address' });
  });

  await hasMail(customer.email);
});

test('an address that is set while a message is being written waits, and sees the message', async () => {
  const customer = await reachableCustomer();
  await deleteContact(customer);
  const { headers, value } = published.confirmed(customer.id);
  const message = { ...decodeHeaders(headers), data: JSON.parse(value) };
  let given: Promise<unknown> | undefined;
  let isGiven = false;
  await database.transaction(async (tx) => {
    await writeMessage('order-confirmed')(tx, [message]);
    given = putContact(customer).then(() => {
      isGiven = true;
    });
    await eventually(async () => isGiven || (await isAnyoneWaiting()), {
      what: 'the address to meet the message',
    });
  });
  await given;

  await hasMail(customer.email);
});

test('a customer with a new address gets mail there', async () => {
  const customer = await reachableCustomer();
  const moved = { ...customer, email: `new-${customer.email}` };
  await putContact(moved);
  await publish([published.confirmed(customer.id)]);
  await hasMail(moved.email);

  assert.deepEqual(await mailTo(customer.email), []);
});

test('while the mail server is down messages wait, and each is sent once when it is back', async (t) => {
  const customer = await reachableCustomer();
  smtp.cut();
  t.after(smtp.restore);
  await publish([published.confirmed(customer.id), published.cancelled(customer.id, 'out-of-stock')]);
  await eventually(async () => {
    const rows = await query('select id from messages where customer_id = $1 and attempts > 0', [
      customer.id,
    ]);
    return rows.length === 2;
  });
  assert.deepEqual(await mailTo(customer.email), []);
  await areAll(customer, 'waiting', 2);
  assert.equal((await get('/readyz')).status, 200);

  await smtp.restore();

  await hasMail(customer.email, 2);
  await areAll(customer, 'sent', 2);
  assert.equal((await mailTo(customer.email)).length, 2);
});

test('a customer who erases the address gets no mail until there is another', async () => {
  const customer = await reachableCustomer();
  await deleteContact(customer);
  await publish([published.confirmed(customer.id)]);
  const other = await reachableCustomer();
  await publish([published.confirmed(other.id)]);
  await hasMail(other.email);
  await caughtUp();
  await areAll(customer, 'waiting');
  assert.deepEqual(await mailTo(customer.email), []);

  await putContact(customer);
  await hasMail(customer.email);
});
