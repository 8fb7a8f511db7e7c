import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, call, countRows, eventually } from '@repo/testing';
import {
  caughtUp,
  database,
  deleteContact,
  get,
  hasMail,
  identity,
  newCustomer,
  publish,
  published,
  putContact,
  query,
  reachableCustomer,
  smtp,
  url,
} from './notification-service.ts';

const statusOf = ({ status, body }: Answer) => `${status} ${body?.type?.split('/').at(-1) ?? ''}`;

/** Whether an address is anywhere in the database. */
async function isKnown(email: string): Promise<boolean> {
  const tables = Object.keys(await countRows(database));
  const dumps = await Promise.all(
    tables.map((table) =>
      query<{ dump: string }>('select table_to_xml($1::regclass, true, true, $2)::text as dump', [table, '']),
    ),
  );
  return dumps.flat().some(({ dump }) => dump.includes(email));
}

test('an address can be set, set again and changed', async () => {
  const customer = await newCustomer();

  for (const email of [customer.email, customer.email, 'other@example.com']) {
    const { status, text } = await putContact({ ...customer, email });
    assert.deepEqual([status, text], [204, '']);
  }
  assert.deepEqual(await query('select email from contacts where customer_id = $1', [customer.id]), [
    { email: 'other@example.com' },
  ]);
});

test('a deleted address is erased everywhere, whatever messages were sent to it or wait', async (t) => {
  const customer = await reachableCustomer();
  await publish([published.confirmed(customer.id)]);
  await hasMail(customer.email);
  smtp.cut();
  t.after(smtp.restore);
  await publish([published.cancelled(customer.id, 'out-of-stock')]);
  await eventually(async () => {
    const [row] = await query<{ attempts: number }>(
      `select attempts from messages where customer_id = $1 and status = 'waiting'`,
      [customer.id],
    );
    return (row?.attempts ?? 0) > 0;
  });
  assert.ok(await isKnown(customer.email));

  const { status, text } = await deleteContact(customer);

  assert.deepEqual([status, text], [204, '']);
  assert.equal(await isKnown(customer.email), false);
  await smtp.restore();
});

test('an address that was never set can be deleted, any number of times', async () => {
  const customer = await newCustomer();

  for (let index = 0; index < 2; index++) assert.equal((await deleteContact(customer)).status, 204);
});

const GOOD_ADDRESSES = ['a@b.co', 'first.last+tag@sub.example.com', `${'a'.repeat(60)}@example.com`];
const BAD_BODIES: [string, unknown, string?][] = [
  ['no body', ''],
  ['malformed JSON', '{"email":'],
  ['no address', {}, '/email'],
  ['an empty address', { email: '' }, '/email'],
  ['no address at all', { email: 'nobody' }, '/email'],
  ['two addresses', { email: 'a@example.com, b@example.com' }, '/email'],
  ['a header in the address', { email: 'a@example.com\r\nBcc: b@example.com' }, '/email'],
  ['a name in addition to the address', { email: 'A <a@example.com>' }, '/email'],
  ['an address that is too long', { email: `a@${'b.'.repeat(126)}com` }, '/email'],
  ['an address that is a number', { email: 1 }, '/email'],
  ['U+0000 in the address', { email: 'a\0@example.com' }, '/email'],
  ['an unknown field', { email: 'a@example.com', name: 'A' }, '/name'],
];

test('usual addresses are accepted', async () => {
  const customer = await newCustomer();
  for (const email of GOOD_ADDRESSES)
    assert.equal((await putContact({ ...customer, email })).status, 204, email);
});

for (const [what, body, place] of BAD_BODIES) {
  test(`a contact with ${what} is refused, and nothing is stored`, async () => {
    const { token } = await newCustomer();
    const before = await countRows(database);
    const response = await call(`${url}/v1/contacts/me`, 'PUT', { token, body });

    assert.equal(statusOf(response), '400 invalid-request');
    if (place) assert.equal(response.body.errors[0].path, place);
    assert.deepEqual(await countRows(database), before);
  });
}

test('a contact must be JSON within the size limit', async () => {
  const { token } = await newCustomer();
  const put = (options: object) => call(`${url}/v1/contacts/me`, 'PUT', { token, ...options });
  const large = { email: 'a'.repeat(65 * 1024) };

  assert.equal(statusOf(await put({ body: large })), '413 payload-too-large');
  const headers = { 'content-type': 'text/plain' };
  assert.equal(statusOf(await put({ body: 'a@example.com', headers })), '415 unsupported-media-type');
});

test('no route works without a valid token', async () => {
  const { expired } = await identity.wrongTokens();
  for (const token of [undefined, expired]) {
    const options = token === undefined ? {} : { token };
    const responses = [
      await call(`${url}/v1/contacts/me`, 'PUT', { ...options, body: { email: 'a@example.com' } }),
      await call(`${url}/v1/contacts/me`, 'DELETE', options),
      await get('/v1/messages', options),
    ];
    for (const response of responses) assert.equal(statusOf(response), '401 unauthenticated');
  }
});

test('an address cannot be read, nor set for another customer', async () => {
  const { token } = await reachableCustomer();

  const read = await get('/v1/contacts/me', { token });
  assert.equal(statusOf(read), '405 method-not-allowed');
  assert.deepEqual(read.headers.get('allow')?.split(', ').sort(), ['DELETE', 'PUT']);
  const other = await call(`${url}/v1/contacts/${randomUUID()}`, 'PUT', {
    token,
    body: { email: 'a@example.com' },
  });
  assert.equal(statusOf(other), '404 not-found');
});

test('a customer sees the own messages, newest first, page by page, and no others', async () => {
  const customer = await newCustomer();
  const orderIds: string[] = [];
  for (let index = 0; index < 3; index++) {
    const orderId = randomUUID();
    await publish([published.confirmed(customer.id, orderId)]);
    await caughtUp();
    orderIds.unshift(orderId);
  }
  await publish([published.confirmed((await newCustomer()).id)]);
  await caughtUp();

  const first = await get('/v1/messages?limit=2', customer);
  const [, link] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await get(link as string, customer);

  const idsOf = ({ body }: typeof first) => body.items.map(({ orderId }: { orderId: string }) => orderId);
  assert.deepEqual([idsOf(first), idsOf(second)], [orderIds.slice(0, 2), orderIds.slice(2)]);
  assert.equal(second.body.next, null);
  assert.deepEqual(Object.keys(first.body.items[0]), [
    'id',
    'orderId',
    'kind',
    'status',
    'createdAt',
    'sentAt',
  ]);
  assert.deepEqual((await get('/v1/messages', await newCustomer())).body, { items: [], next: null });
});

test('a list request with wrong parameters is refused', async () => {
  const { token } = await newCustomer();
  for (const search of ['limit=0', 'limit=101', 'limit=abc', 'limit=1&limit=1', 'after=forged', 'orderId=1'])
    assert.equal(statusOf(await get(`/v1/messages?${search}`, { token })), '400 invalid-request', search);
});
