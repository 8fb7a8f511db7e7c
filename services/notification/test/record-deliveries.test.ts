import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase, eventually } from '@repo/testing';
import { eraseContact, keepContact } from '../src/keep-contact.ts';
import type { Delivery } from '../src/mailer.ts';
import { claimDueMessages, type DueMessage, insertMessages, postponeMessage } from '../src/message-store.ts';
import { recordDeliveries } from '../src/send-message.ts';

// No service runs on this database, so that a test decides every step.
const { database } = await createTestDatabase({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
});

const REFUSED: Delivery = { status: 'refused', code: '550 5.1.1' };
const SENT: Delivery = { status: 'sent' };

/** A customer with an address, and messages that a worker has just claimed. */
async function claimed(count = 1): Promise<[customer: { customerId: string; email: string }, DueMessage[]]> {
  const customer = { customerId: randomUUID(), email: `old-${randomUUID()}@example.com` };
  await database.transaction(async (tx) => {
    await keepContact(tx, customer);
    await insertMessages(
      tx,
      Array.from({ length: count }, () => ({
        ...{ id: randomUUID(), orderId: randomUUID(), customerId: customer.customerId },
        ...({ kind: 'order-confirmed', details: {}, isDue: true } as const),
      })),
    );
  });
  const messages = await claim();
  assert.equal(messages.length, count);
  return [customer, messages];
}

function claim(): Promise<DueMessage[]> {
  return claimDueMessages(database, { limit: 100, retries: true });
}

function record(messages: DueMessage[], response: Delivery): Promise<unknown> {
  return database.transaction((tx) =>
    recordDeliveries(
      tx,
      messages.map((row) => ({ row, answer: response })),
    ),
  );
}

function keep(contact: { customerId: string; email: string }): Promise<void> {
  return database.transaction((tx) => keepContact(tx, contact));
}

function erase({ customerId }: { customerId: string }): Promise<void> {
  return database.transaction((tx) => eraseContact(tx, customerId));
}

/** Status and code of a customer's messages, and whether they are due now, later or never. */
async function stateOf({ customerId }: { customerId: string }): Promise<string[]> {
  const rows = await database.query<{ state: string }>({
    text: `
      select concat_ws(' ', status, failure_code,
        case when due_at is null then 'never' when greatest(due_at, leased_until) > now() then 'later' else 'due' end)
        as state
      from messages
      where customer_id = $1
      order by state`,
    values: [customerId],
  });
  return rows.map(({ state }) => state);
}

test('a refusal fails a message permanently, with its code', async () => {
  const [customer, messages] = await claimed();
  await record(messages, REFUSED);

  assert.deepEqual(await stateOf(customer), ['failed 550 5.1.1 never']);
  assert.deepEqual(await claim(), []);
});

test('the next contact makes failed messages due, also where the address is the same', async () => {
  for (const change of [{}, { email: 'new@example.com' }]) {
    const [customer, messages] = await claimed(2);
    await record(messages, REFUSED);
    await keep({ ...customer, ...change });

    assert.deepEqual(await stateOf(customer), ['waiting due', 'waiting due']);
    const again = await claim();
    assert.deepEqual(
      again.map(({ email }) => email),
      Array(2).fill({ ...customer, ...change }.email),
    );
    await record(again, SENT);
    assert.deepEqual(await stateOf(customer), ['sent never', 'sent never']);
  }
});

test('a contact makes only the messages of its own customer due, and none that was sent', async () => {
  const [other, failed] = await claimed();
  await record(failed, REFUSED);
  const [customer, [first, second]] = await claimed(2);
  await record([first as DueMessage], SENT);
  await record([second as DueMessage], REFUSED);
  await keep(customer);

  assert.deepEqual(await stateOf(customer), ['sent never', 'waiting due']);
  assert.deepEqual(await stateOf(other), ['failed 550 5.1.1 never']);
  await record(await claim(), SENT);
});

test('the refusal of an old address does not fail a message: it is sent to the new one at once', async () => {
  const [customer, messages] = await claimed();
  const moved = { ...customer, email: 'new@example.com' };
  await keep(moved);
  assert.deepEqual(await stateOf(customer), ['waiting later']);
  assert.deepEqual(await claim(), [], 'two workers have the message');
  await record(messages, REFUSED);

  assert.deepEqual(await stateOf(customer), ['waiting due']);
  const again = await claim();
  assert.deepEqual(
    again.map(({ email }) => email),
    [moved.email],
  );
  await record(again, SENT);
});

test('a message that was sent to the old address is sent, and not again', async () => {
  const [customer, messages] = await claimed();
  await keep({ ...customer, email: 'new@example.com' });
  await record(messages, SENT);

  assert.deepEqual(await stateOf(customer), ['sent never']);
});

test('an attempt with the old address that fails is followed by one with the new', async () => {
  const [customer, [message]] = await claimed();
  await keep({ ...customer, email: 'new@example.com' });
  await postponeMessage(database, message as DueMessage, 0);

  const again = await claim();
  assert.deepEqual(
    again.map(({ email }) => email),
    ['new@example.com'],
  );
  await record(again, SENT);
});

test('a postponed message is due at once when its customer sets an address', async () => {
  const [customer, [message]] = await claimed();
  await postponeMessage(database, message as DueMessage, 20_000);
  assert.deepEqual(await stateOf(customer), ['waiting later']);
  await keep(customer);

  assert.deepEqual(await stateOf(customer), ['waiting due']);
  await record(await claim(), SENT);
});

test('a message whose worker died is due at once when its customer sets an address', async () => {
  const [customer] = await claimed();
  const values = [customer.customerId];
  const ago = `now() - interval '1 second'`;
  await database.query({
    text: `update messages set leased_until = ${ago} where customer_id = $1`,
    values,
  });
  await keep(customer);

  assert.deepEqual(await stateOf(customer), ['waiting due']);
  await record(await claim(), SENT);
});

test('when a customer erases the address, failed messages stay failed and waiting ones wait', async () => {
  const [customer, [failed, refused, postponed]] = await claimed(3);
  await record([failed as DueMessage], REFUSED);
  await erase(customer);
  await record([refused as DueMessage], REFUSED);
  await postponeMessage(database, postponed as DueMessage, 0);

  assert.deepEqual(await stateOf(customer), ['failed 550 5.1.1 never', 'waiting never', 'waiting never']);
  assert.deepEqual(await claim(), []);
  await keep({ ...customer, email: 'new@example.com' });
  assert.deepEqual(await stateOf(customer), Array(3).fill('waiting due'));
  await record(await claim(), SENT);
});

test('an address that is erased and set again while a message is being sent loses no message', async () => {
  const [customer, messages] = await claimed();
  await erase(customer);
  await keep({ ...customer, email: 'new@example.com' });

  assert.deepEqual(await stateOf(customer), ['waiting later']);
  await record(messages, REFUSED);
  assert.deepEqual(await stateOf(customer), ['waiting due']);
  await record(await claim(), SENT);
});

test('a result that a worker records after its lease ends no lease of another worker', async () => {
  const [customer, [late]] = await claimed();
  await database.query({
    text: `update messages set leased_until = now() where status = 'waiting'`,
    values: [],
  });
  const [current] = await claim();
  await keep({ ...customer, email: 'new@example.com' });
  await record([late as DueMessage], REFUSED);
  await postponeMessage(database, late as DueMessage, 0);

  assert.deepEqual(await claim(), []);
  await record([current as DueMessage], SENT);
  await record([late as DueMessage], REFUSED);
  assert.deepEqual(await stateOf(customer), ['sent never']);
});

test('a message that was accepted once is sent, even if another attempt was refused', async () => {
  const [customer, messages] = await claimed();
  await record(messages, REFUSED);
  await record(messages, SENT);

  assert.deepEqual(await stateOf(customer), ['sent never']);
});

/** Whether a statement waits for a lock in this database. */
async function isAnyoneWaiting(): Promise<boolean> {
  const text = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  return (await database.query({ text, values: [] })).length > 0;
}

test('a refusal that is recorded while an address is being stored waits, and sees the address', async () => {
  const [customer, messages] = await claimed();
  let recorded: Promise<unknown> | undefined;
  await database.transaction(async (tx) => {
    await keepContact(tx, { ...customer, email: 'new@example.com' });
    recorded = record(messages, REFUSED);
    await eventually(isAnyoneWaiting, { what: 'the refusal to meet the address' });
  });
  await recorded;

  assert.deepEqual(await stateOf(customer), ['waiting due']);
  await record(await claim(), SENT);
});

test('an address that is set while a refusal is being recorded waits, and sees the refusal', async () => {
  const [customer, messages] = await claimed();
  let kept: Promise<void> | undefined;
  await database.transaction(async (tx) => {
    await recordDeliveries(
      tx,
      messages.map((row) => ({ row, answer: REFUSED })),
    );
    kept = keep({ ...customer, email: 'new@example.com' });
    await eventually(isAnyoneWaiting, { what: 'the address to meet the refusal' });
  });
  await kept;

  assert.deepEqual(await stateOf(customer), ['waiting due']);
  await record(await claim(), SENT);
});

test('concurrent refusals and addresses wait for one another, and none is lost', async () => {
  const all = [];
  for (let index = 0; index < 10; index++) all.push(await claimed(5));
  await Promise.all([
    ...all.map(([customer]) => keep({ ...customer, email: 'new@example.com' })),
    record(all.flatMap(([, messages]) => messages).reverse(), REFUSED),
    ...all.map(([customer]) => erase(customer)),
    ...all.map(([customer]) => keep({ ...customer, email: 'newest@example.com' })),
  ]);
  await Promise.all(all.map(([customer]) => keep({ ...customer, email: 'newest@example.com' })));

  for (const [customer] of all) assert.deepEqual(await stateOf(customer), Array(5).fill('waiting due'));
});
