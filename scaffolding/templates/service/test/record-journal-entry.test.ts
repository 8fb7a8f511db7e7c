import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, countRows, eventually } from '@repo/testing';
import {
  caughtUp,
  consumedEvent,
  database,
  identity,
  list,
  newCustomer,
  publish,
  published,
  url,
} from './example-service.ts';

test('an event is recorded once, also when it is delivered again', async () => {
  const customer = await newCustomer();
  const event = consumedEvent(customer.id);
  await publish([event, event]);
  await caughtUp();
  await publish([event]);
  await caughtUp();

  const { status, body } = await list(customer.token);

  assert.equal(status, 200);
  const { ce_id: id, ce_time: occurredAt } = event.headers;
  assert.deepEqual(body, { items: [{ id, subject: event.key, occurredAt }], next: null });
});

test('each journal entry is published, once', async () => {
  const customer = await newCustomer();
  const event = consumedEvent(customer.id);
  await publish([event, event]);
  await caughtUp();

  const ofCustomer = () =>
    published.filter(
      ({ type, data }) => type === 'journal-entry.recorded' && data.customerId === customer.id,
    );
  await eventually(() => ofCustomer().length > 0, { what: 'journal-entry.recorded' });
  const { ce_id: journalEntryId } = event.headers;
  assert.deepEqual(
    ofCustomer().map(({ data }) => data),
    [{ journalEntryId, version: 1, customerId: customer.id, subject: event.key }],
  );
});

test('a customer sees the own journal entries, newest first, page by page, and no others', async () => {
  const customer = await newCustomer();
  const times = [3, 1, 2].map((second) => new Date(`2026-01-02T03:04:0${second}.000Z`));
  await publish(times.map((time) => consumedEvent(customer.id, time)));
  await publish([consumedEvent((await newCustomer()).id)]);
  await caughtUp();

  const first = await list(customer.token, '?limit=2');
  const second = await list(customer.token, `?limit=2&after=${first.body.next}`);

  const secondsOf = ({ body }: typeof first) =>
    body.items.map(({ occurredAt }: { occurredAt: string }) => new Date(occurredAt).getUTCSeconds());
  assert.deepEqual([secondsOf(first), secondsOf(second)], [[3, 2], [1]]);
  assert.equal(second.body.next, null);
});

test('an event that breaks the contract becomes a dead letter, and the service goes on', async () => {
  const customer = await newCustomer();
  const broken = { ...consumedEvent(customer.id), value: '{}' };
  await publish([broken, consumedEvent(customer.id)]);
  await caughtUp();

  assert.equal((await list(customer.token)).body.items.length, 1);
  const token = await identity.token({ subject: customer.id, scope: 'operations' });
  const { body } = await call(`${url}/v1/dead-letters`, 'GET', { token });
  assert.deepEqual(
    body.items.map(({ kind, messageId }: Record<string, string>) => [kind, messageId]),
    [['malformed', broken.headers.ce_id]],
  );
});

test('a request that is not valid or not authenticated is refused and changes no row', async () => {
  const { token } = await newCustomer();
  const before = await countRows(database);

  for (const search of ['?limit=0', '?limit=101', '?after=forged', '?unknown=1'])
    assert.equal((await list(token, search)).status, 400, search);
  assert.equal((await call(`${url}/v1/journal-entries`)).status, 401);
  for (const [fault, wrong] of Object.entries(await identity.wrongTokens()))
    assert.equal((await list(wrong)).status, 401, fault);
  assert.deepEqual(await countRows(database), before);
});
