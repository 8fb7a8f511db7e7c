import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
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
import { z } from 'zod';
import { addDeadLetters } from '../src/index.ts';

const MeterRead = {
  type: 'meter.read',
  topic: 'meter.events',
  subject: 'meterId',
  schema: z.object({ meterId: z.guid(), version: z.int() }),
} as const;

const { database } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['meter.events']);
const identity = await startTokenIssuer();
const operator = randomUUID();
const token = await identity.token({ subject: operator, scope: 'operations' });

/** Meters whose events the handler fails to process, and the events that it has processed. */
const broken = new Set<string>();
const processed: string[] = [];

const consumer = createConsumer({
  kafka,
  group: 'test',
  database,
  subscriptions: [
    subscribe(MeterRead, async (_tx, messages) => {
      if (messages.some(({ key }) => broken.has(key)))
        throw new Error('a bug near tok_canary and ada@example.com');
      processed.push(...messages.map(({ data }) => `${data.meterId} ${data.version}`));
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
const resultOf = ({ status, body }: Answer) => `${status} ${body?.type?.split('/').at(-1) ?? ''}`.trim();

const meterRead = (meterId: string, version: number) => eventRecord(MeterRead, { meterId, version });

/** A meter with so many dead letters; returns its id and the ids of the dead letters, oldest first. */
async function parked(count: number): Promise<{ meterId: string; deadLetters: string[] }> {
  const meterId = randomUUID();
  broken.add(meterId);
  await publish(Array.from({ length: count }, (_, index) => meterRead(meterId, index + 1)));
  const items = await eventually(async () => {
    const page = (await get(`?key=${meterId}`)).body.items;
    return page.length === count && page;
  });
  return { meterId, deadLetters: items.map(({ id }: { id: string }) => id) };
}

async function actionsOf(meterId: string) {
  return await database.query(sql<{ action: string; actor: string | null; reason: string | null }>`
    select action, actor, reason from dead_letter_actions where aggregate = ${meterId} order by at, id`);
}

test('a dead letter is shown with its error, and without secrets', async () => {
  const { meterId, deadLetters } = await parked(2);
  const { status, body } = await get(`/${deadLetters[0]}`);

  assert.equal(status, 200);
  assert.deepEqual(
    [body.key, body.type, body.kind, body.topic, body.attempts, body.replaying],
    [meterId, 'meter.read', 'failed', 'meter.events', 1, false],
  );
  assert.equal(body.error, 'a bug near [redacted] and [redacted]');
  assert.equal(JSON.parse(body.value).meterId, meterId);
  assert.equal((await get(`/${deadLetters[1]}`)).body.kind, 'behind');
});

test('dead letters are listed oldest first, page by page, and by type, kind, key and time', async () => {
  const before = new Date();
  const { meterId, deadLetters } = await parked(5);
  const idsOf = ({ body }: Answer) => body.items.map(({ id }: { id: string }) => id);

  const first = await get(`?key=${meterId}&limit=3`);
  assert.deepEqual(idsOf(first), deadLetters.slice(0, 3));
  const second = await get(`?key=${meterId}&limit=3&after=${first.body.next}`);
  assert.deepEqual([idsOf(second), second.body.next], [deadLetters.slice(3), null]);
  assert.deepEqual(idsOf(await get(`?key=${meterId}&kind=failed`)), deadLetters.slice(0, 1));
  assert.deepEqual(idsOf(await get(`?key=${meterId}&type=meter.sealed`)), []);
  assert.deepEqual(idsOf(await get(`?key=${meterId}&since=${before.toISOString()}`)), deadLetters);
  assert.deepEqual(idsOf(await get(`?key=${meterId}&since=2100-01-01T00:00:00.000Z`)), []);
});

test('a replay is followed by the replay of its backlog, in order, and the operator is recorded', async () => {
  const { meterId, deadLetters } = await parked(3);
  broken.clear();
  const response = await post(`/${deadLetters[0]}/replay`);

  assert.equal(response.status, 200);
  assert.equal(response.body.id, deadLetters[0]);
  await eventually(async () => (await get(`?key=${meterId}`)).body.items.length === 0);
  assert.deepEqual(
    processed.filter((each) => each.startsWith(meterId)),
    [1, 2, 3].map((version) => `${meterId} ${version}`),
  );
  assert.deepEqual((await actionsOf(meterId))[0], { action: 'replay', actor: operator, reason: null });
  assert.equal((await actionsOf(meterId)).filter(({ action }) => action === 'replayed').length, 3);
});

test('the replay of a dead letter behind another replays the first one first', async () => {
  const { meterId, deadLetters } = await parked(2);
  broken.clear();
  await post(`/${deadLetters[1]}/replay`);

  await eventually(() => processed.includes(`${meterId} 2`));
  assert.deepEqual(
    processed.filter((each) => each.startsWith(meterId)),
    [`${meterId} 1`, `${meterId} 2`],
  );
});

test('a dead letter that is replayed too early fails again, and stays', async () => {
  const { deadLetters } = await parked(2);
  await post(`/${deadLetters[0]}/replay`);

  await eventually(async () => (await get(`/${deadLetters[0]}`)).body.attempts === 2);
  assert.deepEqual((await get(`/${deadLetters[0]}`)).body.replaying, false);
  assert.equal((await get(`/${deadLetters[1]}`)).body.kind, 'behind');
});

test('a dead letter is discarded with a reason, and those behind it are replayed', async () => {
  const { meterId, deadLetters } = await parked(3);
  broken.clear();
  const { status } = await post(`/${deadLetters[0]}/discard`, { body: { reason: 'it was a test' } });

  assert.equal(status, 200);
  await eventually(() => processed.includes(`${meterId} 3`));
  assert.deepEqual(
    processed.filter((each) => each.startsWith(meterId)),
    [`${meterId} 2`, `${meterId} 3`],
  );
  assert.deepEqual((await actionsOf(meterId))[0], {
    action: 'discarded',
    actor: operator,
    reason: 'it was a test',
  });
});

test('the id and the key of a dead letter are accepted in upper and lower case', async () => {
  const { meterId, deadLetters } = await parked(2);
  const [first = '', second = ''] = deadLetters.map((id) => id.toUpperCase());
  broken.clear();

  assert.equal((await get(`?key=${meterId.toUpperCase()}`)).body.items.length, 2);
  assert.equal((await get(`/${first}`)).body.id, deadLetters[0]);
  assert.equal((await post(`/${second}/discard`, { body: { reason: 'it was a test' } })).status, 200);
  const key = randomUUID();
  assert.equal((await post(`/${first}/replay`, { key })).status, 200);
  await eventually(() => processed.includes(`${meterId} 1`));
  const again = await post(`/${deadLetters[0]}/replay`, { key });
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
});

test('a dead letter stays unchanged if a precondition is false, and a missing one is not found', async () => {
  const { deadLetters } = await parked(1);
  const body = { reason: 'it was a test' };
  for (const headers of [{ 'if-match': '"never"' }, { 'if-none-match': '*' }]) {
    assert.equal(resultOf(await post(`/${deadLetters[0]}/replay`, { headers })), '412 precondition-failed');
    assert.equal(
      resultOf(await post(`/${deadLetters[0]}/discard`, { headers, body })),
      '412 precondition-failed',
    );
    assert.equal(resultOf(await post(`/${randomUUID()}/replay`, { headers })), '404 not-found');
  }
  const { replaying, attempts } = (await get(`/${deadLetters[0]}`)).body;
  assert.deepEqual([replaying, attempts], [false, 1]);
});

test('a filter that no text can match is invalid', async () => {
  for (const query of ['key=%00', 'type=a%00b', 'key=%ED%A0%80', 'since=%00', 'after=%00', 'type=%zz']) {
    const response = await get(`?${query}`);
    assert.equal(resultOf(response), '400 invalid-request', query);
    assert.equal(response.body.errors[0].path, `/${query.split('=')[0]}`);
  }
});

test('a filter accepts the extremes of time', async () => {
  for (const since of [
    '0000-01-01T00:00:00%2B23:59',
    '9999-12-31T23:59:59-23:59',
    '0001-01-01T00:00:00.000Z',
  ])
    assert.equal((await get(`?since=${since}`)).status, 200, since);
});

test('when a dead letter behind another is discarded, nothing is replayed', async () => {
  const { meterId, deadLetters } = await parked(3);
  broken.clear();
  await post(`/${deadLetters[1]}/discard`, { body: { reason: 'it was a test' } });

  const remaining = (await get(`?key=${meterId}`)).body.items;
  assert.deepEqual(
    remaining.map(({ id, replaying }: { id: string; replaying: boolean }) => [id, replaying]),
    [
      [deadLetters[0], false],
      [deadLetters[2], false],
    ],
  );
});

test('a repeated request gets the same response, after the dead letter was deleted too', async () => {
  const { meterId, deadLetters } = await parked(1);
  broken.clear();
  const key = randomUUID();
  const first = await post(`/${deadLetters[0]}/replay`, { key });
  await eventually(() => processed.includes(`${meterId} 1`));
  const again = await post(`/${deadLetters[0]}/replay`, { key });

  assert.deepEqual([again.status, again.text], [200, first.text]);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(resultOf(await post(`/${deadLetters[0]}/replay`)), '404 not-found');
});

test('only operators may use dead letters, and invalid requests are refused', async () => {
  const { deadLetters } = await parked(1);
  const other = await identity.token();

  assert.equal(resultOf(await get('', { token: other })), '403 forbidden');
  assert.equal(resultOf(await call(`${url}/v1/dead-letters`)), '401 unauthenticated');
  assert.equal(
    resultOf(await post(`/${deadLetters[0]}/discard`, { token: other, body: { reason: 'x' } })),
    '403 forbidden',
  );
  assert.equal(resultOf(await post(`/${deadLetters[0]}/discard`)), '400 invalid-request');
  assert.equal(
    resultOf(await post(`/${deadLetters[0]}/discard`, { body: { reason: '' } })),
    '400 invalid-request',
  );
  assert.equal(
    resultOf(await post(`/${deadLetters[0]}/discard`, { body: { reason: ' ' } })),
    '400 invalid-request',
  );
  assert.equal(
    resultOf(await post(`/${deadLetters[0]}/replay`, { key: undefined })),
    '400 idempotency-key-missing',
  );
  assert.equal(resultOf(await get(`/${randomUUID()}`)), '404 not-found');
  assert.equal(resultOf(await get('/1')), '400 invalid-request');
  assert.equal(resultOf(await get('?kind=strange')), '400 invalid-request');
});

test('the service may insert rows about actions, and may not change or delete them', async () => {
  await assert.rejects(
    database.query(sql`update dead_letter_actions set reason = null`),
    /permission denied/,
  );
  await assert.rejects(database.query(sql`delete from dead_letter_actions`), /permission denied/);
});

test('a dead letter shows no address and no token, in whichever part of its record they are', async () => {
  const meterId = randomUUID();
  const record = meterRead(meterId, 1);
  const secrets = { ce_id: 'bob@canary.example', note: 'bob@canary.example' };
  const value = '{"token":"sk_live_canary","email":"bob@canary.example"';
  await publish([{ ...record, value, headers: { ...record.headers, ...secrets } }]);

  const [deadLetter] = await eventually(async () => {
    const { body } = await get(`?key=${meterId}`);
    return body.items.length > 0 && body.items;
  });
  const { text, body } = await get(`/${deadLetter.id}`);

  assert.doesNotMatch(text + JSON.stringify(deadLetter), /canary/);
  assert.deepEqual([body.messageId, body.headers.note], ['[redacted]', '[redacted]']);
});

test('a dead letter of bytes that are no text is listed in part and shown whole', async () => {
  const meterId = randomUUID();
  const record = meterRead(meterId, 1);
  await publish([{ ...record, value: Buffer.alloc(20_000, 0xff) }]);

  const [deadLetter] = await eventually(async () => {
    const { body } = await get(`?key=${meterId}`);
    return body.items.length > 0 && body.items;
  });
  const { body } = await get(`/${deadLetter.id}`);

  assert.deepEqual(
    [deadLetter.valueForm, deadLetter.valueBytes, deadLetter.value.length],
    ['escaped', 20_000, 4 * 16_384],
  );
  assert.deepEqual([body.recordKey, body.value.length], [meterId, 80_000]);
});
