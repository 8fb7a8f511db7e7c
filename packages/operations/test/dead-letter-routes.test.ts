import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { OrderCancelled } from '@repo/contracts/order';
import { createConsumer, subscribe } from '@repo/events';
import { createHttpServer } from '@repo/http';
import { sql } from '@repo/postgres';
import {
  type Answer,
  atTheEnd,
  type CallOptions,
  call,
  createTestDatabase,
  createTestKafka,
  eventRecord,
  eventually,
  startTokenIssuer,
  testLog,
} from '@repo/testing';
import { addDeadLetters } from '../src/index.ts';

const { database } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['order.events']);
const identity = await startTokenIssuer();
const operator = randomUUID();
const token = await identity.token({ customer: operator, scope: 'operations' });

/** Orders whose cancellation cannot be taken, and what has been taken. */
const broken = new Set<string>();
const taken: string[] = [];

const consumer = createConsumer({
  kafka,
  group: 'test',
  database,
  subscriptions: [
    subscribe(OrderCancelled, async (_tx, messages) => {
      if (messages.some(({ key }) => broken.has(key)))
        throw new Error('a bug near tok_canary and ada@example.com');
      taken.push(...messages.map(({ data }) => `${data.orderId} ${data.version}`));
      return [];
    }),
  ],
  log: testLog,
  onCommit: () => {},
});
consumer.start();
atTheEnd(consumer.stop);

const app = await createHttpServer({
  service: 'test',
  identity,
  log: testLog,
  checkReady: database.ping,
  isUnavailable: () => false,
});
addDeadLetters(app, { database, keyTtlHours: 24 });
atTheEnd(() => app.close());
const url = await app.listen({ host: '127.0.0.1', port: 0 });

const get = (path = '', options: CallOptions = {}) =>
  call(`${url}/v1/dead-letters${path}`, 'GET', { token, ...options });
const post = (path: string, options: CallOptions = {}) =>
  call(`${url}/v1/dead-letters${path}`, 'POST', { token, key: randomUUID(), ...options });
const told = ({ status, body }: Answer) => `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();

const cancelled = (orderId: string, version: number, sku = 'KEYBOARD') =>
  eventRecord(OrderCancelled, {
    orderId,
    version,
    customerId: randomUUID(),
    reason: 'customer',
    lines: [{ sku, quantity: 1 }],
  });

/** An order with so many dead letters; answers its id and theirs, the first first. */
async function parked(count: number): Promise<{ orderId: string; deadLetters: string[] }> {
  const orderId = randomUUID();
  broken.add(orderId);
  await publish(Array.from({ length: count }, (_, index) => cancelled(orderId, index + 1)));
  const items = await eventually(async () => {
    const page = (await get(`?key=${orderId}`)).body.items;
    return page.length === count && page;
  });
  return { orderId, deadLetters: items.map(({ id }: { id: string }) => id) };
}

async function actionsOf(orderId: string) {
  return await database.query(sql<{ action: string; actor: string | null; reason: string | null }>`
    select action, actor, reason from dead_letter_actions where aggregate = ${orderId} order by at, id`);
}

test('a dead letter is shown with what went wrong, and without what is secret', async () => {
  const { orderId, deadLetters } = await parked(2);
  const { status, body } = await get(`/${deadLetters[0]}`);

  assert.equal(status, 200);
  assert.deepEqual(
    [body.key, body.type, body.kind, body.topic, body.attempts, body.replaying],
    [orderId, 'order.cancelled', 'failed', 'order.events', 1, false],
  );
  assert.equal(body.error, 'a bug near [redacted] and [redacted]');
  assert.equal(JSON.parse(body.value).orderId, orderId);
  assert.equal((await get(`/${deadLetters[1]}`)).body.kind, 'behind');
});

test('letters are listed oldest first, page by page, and by type, kind, key and time', async () => {
  const before = new Date();
  const { orderId, deadLetters } = await parked(5);
  const idsOf = ({ body }: Answer) => body.items.map(({ id }: { id: string }) => id);

  const first = await get(`?key=${orderId}&limit=3`);
  assert.deepEqual(idsOf(first), deadLetters.slice(0, 3));
  const second = await get(`?key=${orderId}&limit=3&after=${first.body.next}`);
  assert.deepEqual([idsOf(second), second.body.next], [deadLetters.slice(3), null]);
  assert.deepEqual(idsOf(await get(`?key=${orderId}&kind=failed`)), deadLetters.slice(0, 1));
  assert.deepEqual(idsOf(await get(`?key=${orderId}&type=order.placed`)), []);
  assert.deepEqual(idsOf(await get(`?key=${orderId}&since=${before.toISOString()}`)), deadLetters);
  assert.deepEqual(idsOf(await get(`?key=${orderId}&since=2100-01-01T00:00:00.000Z`)), []);
});

test('what is replayed takes its backlog along, in order, and it is known who wanted it', async () => {
  const { orderId, deadLetters } = await parked(3);
  broken.clear();
  const answer = await post(`/${deadLetters[0]}/replay`);

  assert.equal(answer.status, 200);
  assert.equal(answer.body.id, deadLetters[0]);
  await eventually(async () => (await get(`?key=${orderId}`)).body.items.length === 0);
  assert.deepEqual(
    taken.filter((each) => each.startsWith(orderId)),
    [1, 2, 3].map((version) => `${orderId} ${version}`),
  );
  assert.deepEqual((await actionsOf(orderId))[0], { action: 'replay', actor: operator, reason: null });
  assert.equal((await actionsOf(orderId)).filter(({ action }) => action === 'replayed').length, 3);
});

test('to replay one that is behind is to replay the first', async () => {
  const { orderId, deadLetters } = await parked(2);
  broken.clear();
  await post(`/${deadLetters[1]}/replay`);

  await eventually(() => taken.includes(`${orderId} 2`));
  assert.deepEqual(
    taken.filter((each) => each.startsWith(orderId)),
    [`${orderId} 1`, `${orderId} 2`],
  );
});

test('what is replayed too early fails again, and stays', async () => {
  const { deadLetters } = await parked(2);
  await post(`/${deadLetters[0]}/replay`);

  await eventually(async () => (await get(`/${deadLetters[0]}`)).body.attempts === 2);
  assert.deepEqual((await get(`/${deadLetters[0]}`)).body.replaying, false);
  assert.equal((await get(`/${deadLetters[1]}`)).body.kind, 'behind');
});

test('a letter is discarded with a reason, and frees those behind it', async () => {
  const { orderId, deadLetters } = await parked(3);
  broken.clear();
  const { status } = await post(`/${deadLetters[0]}/discard`, { body: { reason: 'it was a test' } });

  assert.equal(status, 200);
  await eventually(() => taken.includes(`${orderId} 3`));
  assert.deepEqual(
    taken.filter((each) => each.startsWith(orderId)),
    [`${orderId} 2`, `${orderId} 3`],
  );
  assert.deepEqual((await actionsOf(orderId))[0], {
    action: 'discarded',
    actor: operator,
    reason: 'it was a test',
  });
});

test('a letter is the same one in any case of its id and of its key', async () => {
  const { orderId, deadLetters } = await parked(2);
  const [first = '', second = ''] = deadLetters.map((id) => id.toUpperCase());
  broken.clear();

  assert.equal((await get(`?key=${orderId.toUpperCase()}`)).body.items.length, 2);
  assert.equal((await get(`/${first}`)).body.id, deadLetters[0]);
  assert.equal((await post(`/${second}/discard`, { body: { reason: 'it was a test' } })).status, 200);
  const key = randomUUID();
  assert.equal((await post(`/${first}/replay`, { key })).status, 200);
  await eventually(() => taken.includes(`${orderId} 1`));
  const again = await post(`/${deadLetters[0]}/replay`, { key });
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
});

test('a letter that is not as its operator says stays as it is, and one that is not there is not found', async () => {
  const { deadLetters } = await parked(1);
  const body = { reason: 'it was a test' };
  for (const headers of [{ 'if-match': '"never"' }, { 'if-none-match': '*' }]) {
    assert.equal(told(await post(`/${deadLetters[0]}/replay`, { headers })), '412 precondition-failed');
    assert.equal(
      told(await post(`/${deadLetters[0]}/discard`, { headers, body })),
      '412 precondition-failed',
    );
    assert.equal(told(await post(`/${randomUUID()}/replay`, { headers })), '404 not-found');
  }
  const { replaying, attempts } = (await get(`/${deadLetters[0]}`)).body;
  assert.deepEqual([replaying, attempts], [false, 1]);
});

test('a filter that no text can be is not valid', async () => {
  for (const query of ['key=%00', 'type=a%00b', 'key=%ED%A0%80', 'since=%00', 'after=%00', 'type=%zz']) {
    const answer = await get(`?${query}`);
    assert.equal(told(answer), '400 invalid-request', query);
    assert.equal(answer.body.errors[0].path, `/${query.split('=')[0]}`);
  }
});

test('a filter of the extremes of time is a filter like another', async () => {
  for (const since of [
    '0000-01-01T00:00:00%2B23:59',
    '9999-12-31T23:59:59-23:59',
    '0001-01-01T00:00:00.000Z',
  ])
    assert.equal((await get(`?since=${since}`)).status, 200, since);
});

test('to discard one that is behind frees nobody', async () => {
  const { orderId, deadLetters } = await parked(3);
  broken.clear();
  await post(`/${deadLetters[1]}/discard`, { body: { reason: 'it was a test' } });

  const left = (await get(`?key=${orderId}`)).body.items;
  assert.deepEqual(
    left.map(({ id, replaying }: { id: string; replaying: boolean }) => [id, replaying]),
    [
      [deadLetters[0], false],
      [deadLetters[2], false],
    ],
  );
});

test('a repeated wish is answered as it was, though the letter is gone', async () => {
  const { orderId, deadLetters } = await parked(1);
  broken.clear();
  const key = randomUUID();
  const first = await post(`/${deadLetters[0]}/replay`, { key });
  await eventually(() => taken.includes(`${orderId} 1`));
  const again = await post(`/${deadLetters[0]}/replay`, { key });

  assert.deepEqual([again.status, again.text], [200, first.text]);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(told(await post(`/${deadLetters[0]}/replay`)), '404 not-found');
});

test('dead letters are for operators, and what is asked wrongly is refused', async () => {
  const { deadLetters } = await parked(1);
  const customer = await identity.token();

  assert.equal(told(await get('', { token: customer })), '403 forbidden');
  assert.equal(told(await call(`${url}/v1/dead-letters`)), '401 unauthenticated');
  assert.equal(
    told(await post(`/${deadLetters[0]}/discard`, { token: customer, body: { reason: 'x' } })),
    '403 forbidden',
  );
  assert.equal(told(await post(`/${deadLetters[0]}/discard`)), '400 invalid-request');
  assert.equal(
    told(await post(`/${deadLetters[0]}/discard`, { body: { reason: '' } })),
    '400 invalid-request',
  );
  assert.equal(
    told(await post(`/${deadLetters[0]}/discard`, { body: { reason: ' ' } })),
    '400 invalid-request',
  );
  assert.equal(
    told(await post(`/${deadLetters[0]}/replay`, { key: undefined })),
    '400 idempotency-key-missing',
  );
  assert.equal(told(await get(`/${randomUUID()}`)), '404 not-found');
  assert.equal(told(await get('/1')), '400 invalid-request');
  assert.equal(told(await get('?kind=strange')), '400 invalid-request');
});

test('the rows of who did what can be added to, and not changed', async () => {
  await assert.rejects(
    database.query(sql`update dead_letter_actions set reason = null`),
    /permission denied/,
  );
  await assert.rejects(database.query(sql`delete from dead_letter_actions`), /permission denied/);
});

test('a letter shows no address and no payment token, wherever in its record they stand', async () => {
  const orderId = randomUUID();
  const record = cancelled(orderId, 1);
  const secrets = { ce_id: 'bob@canary.example', note: 'bob@canary.example' };
  const value = '{"paymentToken":"sk_live_canary","email":"bob@canary.example"';
  await publish([{ ...record, value, headers: { ...record.headers, ...secrets } }]);

  const [deadLetter] = await eventually(async () => {
    const { body } = await get(`?key=${orderId}`);
    return body.items.length > 0 && body.items;
  });
  const { text, body } = await get(`/${deadLetter.id}`);

  assert.doesNotMatch(text + JSON.stringify(deadLetter), /canary/);
  assert.deepEqual([body.messageId, body.headers.note], ['[redacted]', '[redacted]']);
});

test('a letter of bytes that are no text is listed in part and shown whole', async () => {
  const orderId = randomUUID();
  const record = cancelled(orderId, 1);
  await publish([{ ...record, value: Buffer.alloc(20_000, 0xff) }]);

  const [deadLetter] = await eventually(async () => {
    const { body } = await get(`?key=${orderId}`);
    return body.items.length > 0 && body.items;
  });
  const { body } = await get(`/${deadLetter.id}`);

  assert.deepEqual(
    [deadLetter.valueForm, deadLetter.valueBytes, deadLetter.value.length],
    ['escaped', 20_000, 4 * 16_384],
  );
  assert.deepEqual([body.recordKey, body.value.length], [orderId, 80_000]);
});
