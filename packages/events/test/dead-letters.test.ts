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
import {
  cancelled,
  ids,
  OrderCancelled,
  outgoingEvent,
  StockReserved,
  stockReserved,
} from './example-events.ts';

const { database, migratorUrl } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['inventory.events', 'order.events']);
const TOPICS = ['inventory.events', 'order.events'];

const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(
  sql`create table effects (position bigint generated always as identity, order_id uuid, what text)`,
);
await owner.close();

/** What cannot be taken, for as long as it is in here. */
const broken = new Set<string>();
/** How often a transaction was tried. */
let tries = 0;

beforeEach(async () => {
  broken.clear();
  tries = 0;
});

/** Notes an effect of each, unless one of them is broken. */
function noting<Data extends { orderId: string; version: number }>(what: string): Handler<Data> {
  return async (tx, messages) => {
    tries++;
    for (const { data } of messages)
      if (broken.has(data.orderId)) throw new Error(`a bug, beside tok_s3cret of ${data.orderId}`);
    await tx.query(sql`
      insert into effects (order_id, what)
      select order_id, ${what} || ' ' || version
      from unnest(
        ${messages.map(({ data }) => data.orderId)}::uuid[],
        ${messages.map(({ data }) => data.version)}::integer[]) as new (order_id, version)`);
    return messages.map(({ data }) => outgoingEvent(data.orderId, data.version));
  };
}

const group = randomUUID();

function start(t: TestContext) {
  const consumer = createConsumer({
    kafka,
    group,
    database,
    subscriptions: [
      subscribe(StockReserved, noting('reserved')),
      subscribe(OrderCancelled, noting('cancelled')),
    ],
    log: testLog,
    onCommit: () => {},
  });
  consumer.start();
  t.after(consumer.stop);
  return consumer;
}

const caughtUp = () =>
  eventually(async () => (await kafka.lag(group, TOPICS)) === 0, { what: 'everything to be heard' });

async function effectsOn(orderId: string): Promise<string[]> {
  const rows = await database.query(sql<{ what: string }>`
    select what from effects where order_id = ${orderId} order by position`);
  return rows.map((row) => row.what);
}

async function lettersOf(orderId: string) {
  return await database.query(sql<{
    id: string;
    kind: string;
    type: string;
    error: string;
    attempts: number;
  }>`
    select id, kind, type, error, attempts from dead_letters where aggregate = ${orderId} order by position`);
}

async function kindsOf(orderId: string): Promise<string[]> {
  return (await lettersOf(orderId)).map(({ kind }) => kind);
}

/** As a person's wish does. */
async function replay(orderId: string): Promise<void> {
  await database.query(sql`
    update dead_letters set replay_at = now()
    where id = (select id from dead_letters where aggregate = ${orderId} order by position limit 1)`);
}

const reserved = (orderId: string, version = 1, id?: string) =>
  eventRecord(StockReserved, stockReserved(orderId, version), id ? { id } : {});

test('one event that cannot be taken is put aside, and the hundred beside it take effect', async (t) => {
  const orderIds = ids(100);
  const poison = orderIds[37] as string;
  broken.add(poison);
  await publish(orderIds.map((id) => reserved(id)));
  start(t);
  await caughtUp();

  for (const orderId of orderIds)
    assert.deepEqual(await effectsOn(orderId), orderId === poison ? [] : ['reserved 1']);
  const [letter, ...more] = await lettersOf(poison);
  assert.deepEqual([letter?.kind, letter?.type, letter?.attempts], ['failed', 'stock.reserved', 1]);
  assert.deepEqual(more, []);
  assert.match(letter?.error ?? '', /^a bug, beside \[redacted\] of /);
  assert.ok(tries < 30, `the culprit is found by halving, and not in ${tries} tries`);
});

test('what comes later about the same thing queues behind it, in order, whatever its type', async (t) => {
  const [poison, other] = ids(2) as [string, string];
  broken.add(poison);
  start(t);
  await publish([reserved(poison, 1)]);
  await eventually(async () => (await lettersOf(poison)).length === 1);
  await publish([reserved(poison, 2), reserved(other, 1), reserved(poison, 3)]);
  await caughtUp();
  await publish([eventRecord(OrderCancelled, cancelled(poison))]);
  await caughtUp();

  assert.deepEqual(await kindsOf(poison), ['failed', 'behind', 'behind', 'behind']);
  assert.deepEqual(await effectsOn(poison), []);
  assert.deepEqual(await effectsOn(other), ['reserved 1']);

  broken.clear();
  await replay(poison);
  await eventually(async () => (await lettersOf(poison)).length === 0, {
    what: 'the backlog to be worked off',
  });
  assert.deepEqual(await effectsOn(poison), ['reserved 1', 'reserved 2', 'reserved 3', 'cancelled 3']);
  await publish([reserved(poison, 4)]);
  await caughtUp();
  assert.equal((await effectsOn(poison)).at(-1), 'reserved 4');
});

test('a letter that fails again stays, and what is behind it waits on', async (t) => {
  const [poison] = ids(1) as [string];
  broken.add(poison);
  start(t);
  await publish([reserved(poison, 1), reserved(poison, 2)]);
  await caughtUp();
  await replay(poison);

  await eventually(async () => (await lettersOf(poison))[0]?.attempts === 2);
  assert.deepEqual(await effectsOn(poison), []);
  assert.equal((await lettersOf(poison)).length, 2);
  const actions = await database.query(sql<{ action: string }>`
    select action from dead_letter_actions where aggregate = ${poison}`);
  assert.deepEqual(actions, [{ action: 'failed again' }]);
});

for (const [what, change] of [
  ['is no JSON', { value: '{"orderId":' }],
  ['lacks a field', { value: '{"version":1}' }],
  ['has a field of another type', { value: `{"orderId":"${randomUUID()}","version":"one"}` }],
  ['is empty', { value: '' }],
] as const) {
  test(`an event that ${what} is a dead letter; those before and after it, of others, are not`, async (t) => {
    const [before, poison, after] = ids(3) as [string, string, string];
    await publish([
      reserved(before),
      { ...reserved(poison), ...change },
      reserved(after),
      reserved(poison, 2),
    ]);
    start(t);
    await caughtUp();

    assert.deepEqual(await kindsOf(poison), ['malformed', 'behind']);
    assert.deepEqual([await effectsOn(before), await effectsOn(after)], [['reserved 1'], ['reserved 1']]);
  });
}

test('an event without the id that every event has is a dead letter', async (t) => {
  const [poison] = ids(1) as [string];
  const { ce_id: _, ...headers } = reserved(poison).headers;
  await publish([{ ...reserved(poison), headers }]);
  start(t);
  await caughtUp();

  const [letter] = await lettersOf(poison);
  assert.equal(letter?.kind, 'malformed');
  assert.match(letter?.error ?? '', /ce_id/);
});

test('a dead letter holds the record as it came', async (t) => {
  const [poison] = ids(1) as [string];
  broken.add(poison);
  const record = reserved(poison);
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
  assert.deepEqual([row?.topic, row?.messageId], ['inventory.events', record.headers.ce_id]);
});

test('a record that comes again, because its offset was never committed, is put aside once', async (t) => {
  const [poison] = ids(1) as [string];
  broken.add(poison);
  await publish([reserved(poison)]);
  const forgetful: typeof kafka = {
    ...kafka,
    consume: (options) =>
      kafka.consume({
        ...options,
        onBatch: (batch) => options.onBatch({ ...batch, commit: async () => {} }),
      }),
  };
  const subscriptions = [subscribe(StockReserved, noting('reserved'))];
  const common = { database, subscriptions, log: testLog, onCommit: () => {}, group: randomUUID() };
  const dies = createConsumer({ ...common, kafka: forgetful });
  dies.start();
  await eventually(async () => (await lettersOf(poison)).length === 1);
  await dies.stop();
  const heir = createConsumer({ ...common, kafka });
  heir.start();
  t.after(heir.stop);
  await eventually(async () => (await kafka.lag(common.group, ['inventory.events'])) === 0);

  assert.equal((await lettersOf(poison)).length, 1);
});

test('a letter that has had its effect already has no second one', async (t) => {
  const [poison] = ids(1) as [string];
  const id = randomUUID();
  start(t);
  await publish([reserved(poison, 1, id)]);
  await caughtUp();
  broken.add(poison);
  await publish([reserved(poison, 2), reserved(poison, 1, id)]);
  await caughtUp();
  assert.deepEqual(await kindsOf(poison), ['failed', 'behind']);

  broken.clear();
  await replay(poison);
  await eventually(async () => (await lettersOf(poison)).length === 0);

  assert.deepEqual(await effectsOn(poison), ['reserved 1', 'reserved 2']);
});

test('many letters are worked off by two processes at once, each thing in its order, each event once', async (t) => {
  const orderIds = ids(20);
  for (const orderId of orderIds) broken.add(orderId);
  const versions = [1, 2, 3, 4, 5];
  await publish(versions.flatMap((version) => orderIds.map((id) => reserved(id, version))));
  start(t);
  await caughtUp();
  start(t);
  broken.clear();
  for (const orderId of orderIds) await replay(orderId);
  const late = publish(orderIds.map((id) => reserved(id, 6)));

  await eventually(
    async () => {
      const [row] = await database.query(sql<{ count: number }>`
        select count(*) as count from dead_letters where aggregate = any(${orderIds}::text[])`);
      return row?.count === 0 && (await effectsOn(orderIds.at(-1) as string)).length === 6;
    },
    { timeoutMs: 20_000, what: 'all to be worked off' },
  );
  await late;
  await caughtUp();
  for (const orderId of orderIds)
    assert.deepEqual(
      await effectsOn(orderId),
      [1, 2, 3, 4, 5, 6].map((version) => `reserved ${version}`),
    );
});

test('an event on a topic that its type does not belong on is a dead letter, however well-formed', async (t) => {
  const [orderId] = ids(1) as [string];
  start(t);

  await publish([{ ...reserved(orderId), topic: 'order.events' }]);
  await caughtUp();

  const [letter] = await lettersOf(orderId);
  assert.equal(letter?.kind, 'malformed');
  assert.match(letter?.error ?? '', /on order\.events, and its type belongs on inventory\.events/);
  assert.deepEqual(await effectsOn(orderId), []);
});

test('an event that was discarded counts as processed when it comes again', async (t) => {
  const [poison] = ids(1) as [string];
  const id = randomUUID();
  broken.add(poison);
  start(t);
  await publish([reserved(poison, 1, id)]);
  await caughtUp();
  const [letter] = await lettersOf(poison);
  const wish = { id: letter?.id ?? '', actor: randomUUID(), reason: 'a test' };
  await database.transaction((tx) => discardDeadLetters(tx, [wish]));
  broken.clear();

  await publish([reserved(poison, 1, id), reserved(poison, 2)]);
  await caughtUp();

  assert.deepEqual(await effectsOn(poison), ['reserved 2']);
  assert.deepEqual(await lettersOf(poison), []);
});

test('another event at the same place, of a topic that was made anew, is another dead letter', async () => {
  const record = (id: string, key: string): ReceivedRecord => ({
    ...{ topic: 'inventory.events', partition: 0, offset: 0n, timestamp: new Date(), key, value: '' },
    ...{ headers: { ce_id: id }, allHeaders: { ce_id: id }, raw: { key: null, value: null } },
  });
  const [first, second] = [record(randomUUID(), 'one of a kind'), record(randomUUID(), 'another of a kind')];
  const park = (one: ReceivedRecord) =>
    database.transaction((tx) => parkRecords(tx, [{ record: one, kind: 'malformed', error: null }]));

  for (const one of [first, first, second]) await park(one);

  assert.equal((await lettersOf('one of a kind')).length, 1);
  assert.equal((await lettersOf('another of a kind')).length, 1);
});

test('where very many events fail they wait instead of being put aside, and go on when it has passed', async (t) => {
  const orderIds = ids(150);
  for (const orderId of orderIds) broken.add(orderId);
  await publish(orderIds.map((id) => reserved(id)));
  start(t);
  const aside = async () => {
    const [row] = await database.query(sql<{ count: number }>`
      select count(*) as count from dead_letters where aggregate = any(${orderIds}::text[])`);
    return row?.count ?? 0;
  };
  await eventually(async () => (await aside()) >= 60, { what: 'some to be put aside' });

  broken.clear();
  await caughtUp();

  const left = await aside();
  assert.ok(left >= 60 && left < 100, `${left} were put aside`);
  const done = await Promise.all(orderIds.map(effectsOn));
  assert.equal(done.filter((effects) => effects.length === 1).length, orderIds.length - left);
});
