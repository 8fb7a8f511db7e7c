import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { openDatabase, sql } from '@repo/postgres';
import { createTestDatabase, createTestKafka, eventRecord, eventually, testLog } from '@repo/testing';
import { parkRecords } from '../src/dead-letters/parking-store.ts';
import {
  createConsumer,
  discardDeadLetters,
  type Handler,
  type ReceivedRecord,
  subscribe,
} from '../src/index.ts';
import { ids, MeterDisconnected, MeterRead, meterData, outgoingEvent } from './example-events.ts';

const { database, migratorUrl } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['meter.events', 'grid.events']);
const TOPICS = ['meter.events', 'grid.events'];

const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(
  sql`create table effects (position bigint generated always as identity, meter_id uuid, what text)`,
);
await owner.close();

/** The meters whose events fail. */
const broken = new Set<string>();
/** How many transactions have begun. */
let transactions = 0;

beforeEach(async () => {
  broken.clear();
  transactions = 0;
});

/** A handler that writes an effect of each event, and throws when the meter of one of them is broken. */
function noting<Data extends { meterId: string; version: number }>(what: string): Handler<Data> {
  return async (tx, messages) => {
    transactions++;
    for (const { data } of messages)
      if (broken.has(data.meterId)) throw new Error(`a bug, with ada@example.com of ${data.meterId}`);
    await tx.query(sql`
      insert into effects (meter_id, what)
      select meter_id, ${what} || ' ' || version
      from unnest(
        ${messages.map(({ data }) => data.meterId)}::uuid[],
        ${messages.map(({ data }) => data.version)}::integer[]) as new (meter_id, version)`);
    return messages.map(({ data }) => outgoingEvent(data.meterId, data.version));
  };
}

const group = randomUUID();

function start(t: TestContext) {
  const consumer = createConsumer({
    kafka,
    group,
    database,
    subscriptions: [
      subscribe(MeterRead, noting('read')),
      subscribe(MeterDisconnected, noting('disconnected')),
    ],
    log: testLog,
    onCommit: () => {},
  });
  consumer.start();
  t.after(consumer.stop);
  return consumer;
}

const caughtUp = () =>
  eventually(async () => (await kafka.lag(group, TOPICS)) === 0, { what: 'all events to be consumed' });

async function effectsOn(meterId: string): Promise<string[]> {
  const rows = await database.query(sql<{ what: string }>`
    select what from effects where meter_id = ${meterId} order by position`);
  return rows.map((row) => row.what);
}

async function deadLettersOf(meterId: string) {
  return await database.query(sql<{
    id: string;
    kind: string;
    type: string;
    error: string;
    attempts: number;
  }>`
    select id, kind, type, error, attempts from dead_letters where aggregate = ${meterId} order by position`);
}

async function kindsOf(meterId: string): Promise<string[]> {
  return (await deadLettersOf(meterId)).map(({ kind }) => kind);
}

/** As the operators' route does. */
async function replay(meterId: string): Promise<void> {
  await database.query(sql`
    update dead_letters set replay_at = now()
    where id = (select id from dead_letters where aggregate = ${meterId} order by position limit 1)`);
}

const read = (meterId: string, version = 1, id?: string) =>
  eventRecord(MeterRead, meterData(meterId, version), id ? { id } : {});

test('an event that fails becomes a dead letter, and the other events of its batch take effect', async (t) => {
  const meterIds = ids(100);
  const poison = meterIds[37] as string;
  broken.add(poison);
  await publish(meterIds.map((id) => read(id)));
  start(t);
  await caughtUp();

  for (const meterId of meterIds)
    assert.deepEqual(await effectsOn(meterId), meterId === poison ? [] : ['read 1']);
  const [deadLetter, ...more] = await deadLettersOf(poison);
  assert.deepEqual([deadLetter?.kind, deadLetter?.type, deadLetter?.attempts], ['failed', 'meter.read', 1]);
  assert.deepEqual(more, []);
  assert.match(deadLetter?.error ?? '', /^a bug, with \[redacted\] of /);
  assert.ok(transactions < 30, `bisection finds it in fewer than ${transactions} transactions`);
});

test('later events of the same key queue behind the dead letter, in order, whatever their type', async (t) => {
  const [poison, other] = ids(2) as [string, string];
  broken.add(poison);
  start(t);
  await publish([read(poison, 1)]);
  await eventually(async () => (await deadLettersOf(poison)).length === 1);
  await publish([read(poison, 2), read(other, 1), read(poison, 3)]);
  await caughtUp();
  await publish([eventRecord(MeterDisconnected, meterData(poison, 3))]);
  await caughtUp();

  assert.deepEqual(await kindsOf(poison), ['failed', 'behind', 'behind', 'behind']);
  assert.deepEqual(await effectsOn(poison), []);
  assert.deepEqual(await effectsOn(other), ['read 1']);

  broken.clear();
  await replay(poison);
  await eventually(async () => (await deadLettersOf(poison)).length === 0, {
    what: 'the backlog to be processed',
  });
  assert.deepEqual(await effectsOn(poison), ['read 1', 'read 2', 'read 3', 'disconnected 3']);
  await publish([read(poison, 4)]);
  await caughtUp();
  assert.equal((await effectsOn(poison)).at(-1), 'read 4');
});

test('a dead letter that fails again stays, and the events behind it keep waiting', async (t) => {
  const [poison] = ids(1) as [string];
  broken.add(poison);
  start(t);
  await publish([read(poison, 1), read(poison, 2)]);
  await caughtUp();
  await replay(poison);

  await eventually(async () => (await deadLettersOf(poison))[0]?.attempts === 2);
  assert.deepEqual(await effectsOn(poison), []);
  assert.equal((await deadLettersOf(poison)).length, 2);
  const actions = await database.query(sql<{ action: string }>`
    select action from dead_letter_actions where aggregate = ${poison}`);
  assert.deepEqual(actions, [{ action: 'failed again' }]);
});

for (const [what, change] of [
  ['is no JSON', { value: '{"meterId":' }],
  ['lacks a field', { value: '{"version":1}' }],
  ['has a field of another type', { value: `{"meterId":"${randomUUID()}","version":"one"}` }],
  ['is empty', { value: '' }],
] as const) {
  test(`an event that ${what} becomes a dead letter; events of other keys before and after it do not`, async (t) => {
    const [before, poison, after] = ids(3) as [string, string, string];
    await publish([read(before), { ...read(poison), ...change }, read(after), read(poison, 2)]);
    start(t);
    await caughtUp();

    assert.deepEqual(await kindsOf(poison), ['malformed', 'behind']);
    assert.deepEqual([await effectsOn(before), await effectsOn(after)], [['read 1'], ['read 1']]);
  });
}

test('an event without an id becomes a dead letter', async (t) => {
  const [poison] = ids(1) as [string];
  const { ce_id: _, ...headers } = read(poison).headers;
  await publish([{ ...read(poison), headers }]);
  start(t);
  await caughtUp();

  const [deadLetter] = await deadLettersOf(poison);
  assert.equal(deadLetter?.kind, 'malformed');
  assert.match(deadLetter?.error ?? '', /ce_id/);
});

test('a dead letter holds the record as it was received', async (t) => {
  const [poison] = ids(1) as [string];
  broken.add(poison);
  const record = read(poison);
  await publish([record]);
  start(t);
  await caughtUp();

  const [row] = await database.query(sql<{
    value: Buffer;
    headers: object;
    topic: string;
    messageId: string;
  }>`
    select value, headers, topic, message_id as "messageId" from dead_letters where aggregate = ${poison}`);
  assert.equal(row?.value.toString(), record.value);
  assert.deepEqual(row?.headers, record.headers);
  assert.deepEqual([row?.topic, row?.messageId], ['meter.events', record.headers.ce_id]);
});

test('a record that is delivered again, because its offset was not committed, becomes one dead letter', async (t) => {
  const [poison] = ids(1) as [string];
  broken.add(poison);
  await publish([read(poison)]);
  const forgetful: typeof kafka = {
    ...kafka,
    consume: (options) =>
      kafka.consume({
        ...options,
        onBatch: (batch) => options.onBatch({ ...batch, commit: async () => {} }),
      }),
  };
  const subscriptions = [subscribe(MeterRead, noting('read'))];
  const common = { database, subscriptions, log: testLog, onCommit: () => {}, group: randomUUID() };
  const dies = createConsumer({ ...common, kafka: forgetful });
  dies.start();
  await eventually(async () => (await deadLettersOf(poison)).length === 1);
  await dies.stop();
  const successor = createConsumer({ ...common, kafka });
  successor.start();
  t.after(successor.stop);
  await eventually(async () => (await kafka.lag(common.group, ['meter.events'])) === 0);

  assert.equal((await deadLettersOf(poison)).length, 1);
});

test('the replay of an event that was processed before has no second effect', async (t) => {
  const [poison] = ids(1) as [string];
  const id = randomUUID();
  start(t);
  await publish([read(poison, 1, id)]);
  await caughtUp();
  broken.add(poison);
  await publish([read(poison, 2), read(poison, 1, id)]);
  await caughtUp();
  assert.deepEqual(await kindsOf(poison), ['failed', 'behind']);

  broken.clear();
  await replay(poison);
  await eventually(async () => (await deadLettersOf(poison)).length === 0);

  assert.deepEqual(await effectsOn(poison), ['read 1', 'read 2']);
});

test('two processes replay many dead letters at once: each key in its order, each event once', async (t) => {
  const meterIds = ids(20);
  for (const meterId of meterIds) broken.add(meterId);
  const versions = [1, 2, 3, 4, 5];
  await publish(versions.flatMap((version) => meterIds.map((id) => read(id, version))));
  start(t);
  await caughtUp();
  start(t);
  broken.clear();
  for (const meterId of meterIds) await replay(meterId);
  const late = publish(meterIds.map((id) => read(id, 6)));

  await eventually(
    async () => {
      const [row] = await database.query(sql<{ count: number }>`
        select count(*) as count from dead_letters where aggregate = any(${meterIds}::text[])`);
      return row?.count === 0 && (await effectsOn(meterIds.at(-1) as string)).length === 6;
    },
    { timeoutMs: 20_000, what: 'all dead letters to be replayed' },
  );
  await late;
  await caughtUp();
  for (const meterId of meterIds)
    assert.deepEqual(
      await effectsOn(meterId),
      [1, 2, 3, 4, 5, 6].map((version) => `read ${version}`),
    );
});

test('an event on the wrong topic for its type becomes a dead letter, however well-formed it is', async (t) => {
  const [meterId] = ids(1) as [string];
  start(t);

  await publish([{ ...read(meterId), topic: 'grid.events' }]);
  await caughtUp();

  const [deadLetter] = await deadLettersOf(meterId);
  assert.equal(deadLetter?.kind, 'malformed');
  assert.match(deadLetter?.error ?? '', /on grid\.events, and its type belongs on meter\.events/);
  assert.deepEqual(await effectsOn(meterId), []);
});

test('an event that was discarded counts as processed when it is delivered again', async (t) => {
  const [poison] = ids(1) as [string];
  const id = randomUUID();
  broken.add(poison);
  start(t);
  await publish([read(poison, 1, id)]);
  await caughtUp();
  const [deadLetter] = await deadLettersOf(poison);
  const discard = { id: deadLetter?.id ?? '', actor: randomUUID(), reason: 'a test' };
  await database.transaction((tx) => discardDeadLetters(tx, [discard]));
  broken.clear();

  await publish([read(poison, 1, id), read(poison, 2)]);
  await caughtUp();

  assert.deepEqual(await effectsOn(poison), ['read 2']);
  assert.deepEqual(await deadLettersOf(poison), []);
});

test('another event with the same offset, of a topic that was created again, is another dead letter', async () => {
  const record = (id: string, key: string): ReceivedRecord => ({
    ...{ topic: 'meter.events', partition: 0, offset: 0n, timestamp: new Date(), key, value: '' },
    ...{ headers: { ce_id: id }, allHeaders: { ce_id: id }, raw: { key: null, value: null } },
  });
  const [first, second] = [record(randomUUID(), 'one of a kind'), record(randomUUID(), 'another of a kind')];
  const park = (one: ReceivedRecord) =>
    database.transaction((tx) => parkRecords(tx, [{ record: one, kind: 'malformed', error: null }]));

  for (const one of [first, first, second]) await park(one);

  assert.equal((await deadLettersOf('one of a kind')).length, 1);
  assert.equal((await deadLettersOf('another of a kind')).length, 1);
});

test('when very many events fail they wait instead of becoming dead letters, and continue once the cause is gone', async (t) => {
  const meterIds = ids(150);
  for (const meterId of meterIds) broken.add(meterId);
  await publish(meterIds.map((id) => read(id)));
  start(t);
  const countDeadLetters = async () => {
    const [row] = await database.query(sql<{ count: number }>`
      select count(*) as count from dead_letters where aggregate = any(${meterIds}::text[])`);
    return row?.count ?? 0;
  };
  await eventually(async () => (await countDeadLetters()) >= 60, { what: 'some dead letters' });

  broken.clear();
  await caughtUp();

  const left = await countDeadLetters();
  assert.ok(left >= 60 && left < 100, `${left} dead letters`);
  const done = await Promise.all(meterIds.map(effectsOn));
  assert.equal(done.filter((effects) => effects.length === 1).length, meterIds.length - left);
});
