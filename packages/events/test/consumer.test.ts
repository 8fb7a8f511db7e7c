import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { StockReserved as Data } from '@repo/contracts/inventory';
import { type Database, openDatabase, sql } from '@repo/postgres';
import {
  createFaultyProxy,
  createTestDatabase,
  createTestKafka,
  eventRecord,
  eventually,
  testLog,
} from '@repo/testing';
import { createConsumer, type Handler, type Kafka, type Subscription, subscribe } from '../src/index.ts';
import {
  cancelled,
  confirmed,
  ids,
  OrderCancelled,
  OrderConfirmed,
  outgoingEvent,
  StockReserved,
  stockReserved,
} from './example-events.ts';

const { database, migratorUrl, url } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['inventory.events', 'order.events']);

const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`create table effects (group_id text, order_id uuid, version integer)`);
await owner.close();

/** An effect that can be counted, and an event in answer. */
const noteEffects =
  (group: string): Handler<Data> =>
  async (tx, messages) => {
    await tx.query(sql`
      insert into effects (group_id, order_id, version)
      select ${group}, * from unnest(
        ${messages.map((message) => message.data.orderId)}::uuid[],
        ${messages.map((message) => message.data.version)}::integer[])`);
    return messages.map((message) => outgoingEvent(message.data.orderId, message.data.version + 100));
  };

async function effectsOn(...orderIds: string[]): Promise<number[]> {
  const rows = await database.query(sql<{ version: number }>`
    select version from effects where order_id = any(${orderIds}::uuid[])`);
  return rows.map((row) => row.version);
}

async function saidOf(...orderIds: string[]): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`
    select count(*) as count from outbox where key = any(${orderIds}::text[])`);
  return row?.count ?? 0;
}

async function isInInbox(id: string): Promise<boolean> {
  return (await database.query(sql`select id from inbox where id = ${id}`)).length > 0;
}

interface Options {
  group?: string;
  database?: Database;
  onCommit?: () => void;
  kafka?: Kafka;
  log?: typeof testLog;
  stalledAfterMs?: number;
}

/** A consumer in a group of its own, which leaves after the test. */
function startConsumer(
  t: TestContext,
  subscriptions: Subscription[] | ((group: string) => Subscription[]),
  options: Options = {},
) {
  const { group = randomUUID() } = options;
  const consumer = createConsumer({
    kafka,
    database,
    log: testLog,
    onCommit: () => {},
    ...options,
    group,
    subscriptions: typeof subscriptions === 'function' ? subscriptions(group) : subscriptions,
  });
  consumer.start();
  t.after(consumer.stop);
  return { consumer, group };
}

const notes = (group: string) => [subscribe(StockReserved, noteEffects(group))];

test('an event has its effect, is answered through the outbox, and whoever waits for a commit is woken', async (t) => {
  const [orderId] = ids(1) as [string];
  let commits = 0;
  startConsumer(t, notes, { onCommit: () => commits++ });

  await publish([eventRecord(StockReserved, stockReserved(orderId))]);

  await eventually(() => commits > 0);
  assert.deepEqual(await effectsOn(orderId), [1]);
  assert.equal(await saidOf(orderId), 1);
});

test('an event that is delivered again has one effect', async (t) => {
  const [orderId, later] = ids(2) as [string, string];
  const { group } = startConsumer(t, notes);
  const record = eventRecord(StockReserved, stockReserved(orderId));

  await publish([record]);
  await eventually(async () => (await effectsOn(orderId)).length === 1);
  await publish([record, eventRecord(StockReserved, stockReserved(later))]);
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.deepEqual(await effectsOn(orderId), [1]);
  assert.equal(await saidOf(orderId), 1);
  assert.deepEqual(await effectsOn(later), [1]);
});

test('an event that stands twice in one batch has one effect', async (t) => {
  const [orderId] = ids(1) as [string];
  const twin = randomUUID();
  const records = [1, 2, 3].map((version) =>
    eventRecord(StockReserved, stockReserved(orderId, version), version === 2 ? {} : { id: twin }),
  );

  await publish(records);
  const { group } = startConsumer(t, notes);
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.deepEqual(await effectsOn(orderId), [1, 2]);
});

test('a new group hears all that was said before it, in the order of each key', async (t) => {
  const orderIds = ids(20);
  const versions = Array.from({ length: 30 }, (_, index) => index + 1);
  await publish(
    versions.flatMap((version) =>
      orderIds.map((id) => eventRecord(StockReserved, stockReserved(id, version))),
    ),
  );
  const heard = new Map<string, number[]>();
  startConsumer(
    t,
    [
      subscribe(StockReserved, async (_tx, messages) => {
        for (const { key, data } of messages) heard.set(key, [...(heard.get(key) ?? []), data.version]);
        return [];
      }),
    ],
    { database: await ownInbox() },
  );

  await eventually(() => orderIds.every((id) => heard.get(id)?.length === versions.length));

  for (const id of orderIds) assert.deepEqual(heard.get(id), versions);
});

/** The inbox belongs to a service; a second group that shall hear all needs another. */
async function ownInbox(): Promise<Database> {
  return (await createTestDatabase()).database;
}

test('two members of a group share the partitions, and each event has one effect', async (t) => {
  const takenBy = [new Set<string>(), new Set<string>()];
  const group = randomUUID();
  const member = (index: number) =>
    startConsumer(
      t,
      [
        subscribe(StockReserved, async (tx, messages) => {
          for (const { key } of messages) takenBy[index]?.add(key);
          return noteEffects(group)(tx, messages);
        }),
      ],
      { group },
    );
  member(0);
  member(1);

  const orderIds: string[] = [];
  await eventually(
    async () => {
      const more = ids(12);
      orderIds.push(...more);
      await publish(more.map((id) => eventRecord(StockReserved, stockReserved(id))));
      return takenBy.every((taken) => taken.size > 0);
    },
    { timeoutMs: 30_000, what: 'both members to have partitions' },
  );
  await eventually(async () => (await effectsOn(...orderIds)).length >= orderIds.length);
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.equal((await effectsOn(...orderIds)).length, orderIds.length);
});

test('types of event that nobody here waits for are passed over, whatever they hold', async (t) => {
  const [orderId] = ids(1) as [string];
  const { group } = startConsumer(t, notes);
  const odd = eventRecord(StockReserved, stockReserved(orderId, 7));

  await publish([
    { ...odd, value: 'not even JSON', headers: { ...odd.headers, ce_type: 'stock.invented' } },
    { ...odd, headers: {} },
    eventRecord(StockReserved, stockReserved(orderId, 8)),
  ]);
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.deepEqual(await effectsOn(orderId), [8]);
});

test('what a publisher has added to an event does not disturb', async (t) => {
  const [orderId] = ids(1) as [string];
  startConsumer(t, notes);

  const record = eventRecord(StockReserved, stockReserved(orderId));
  await publish([{ ...record, value: JSON.stringify({ ...stockReserved(orderId), warehouse: 'north' }) }]);

  await eventually(async () => (await effectsOn(orderId)).length === 1);
});

test('a handler whose database is away for now is tried again; until it passes, nothing of it is left', async (t) => {
  const [orderId] = ids(1) as [string];
  const record = eventRecord(StockReserved, stockReserved(orderId));
  let tries = 0;
  let isBroken = true;
  startConsumer(t, (group) => [
    subscribe(StockReserved, async (tx, messages) => {
      const answers = await noteEffects(group)(tx, messages);
      if (messages.some(({ key }) => key === orderId)) tries++;
      if (isBroken) throw Object.assign(new Error('not today'), { code: 'ECONNRESET' });
      return answers;
    }),
  ]);

  await publish([record]);
  await eventually(() => tries >= 3, { what: 'three tries' });
  assert.deepEqual(await effectsOn(orderId), []);
  assert.equal(await saidOf(orderId), 0);
  assert.equal(await isInInbox(record.headers.ce_id as string), false);
  isBroken = false;

  await eventually(async () => (await effectsOn(orderId)).length === 1);
  assert.equal(await saidOf(orderId), 1);
  assert.equal(await isInInbox(record.headers.ce_id as string), true);
});

test('while its own database is away a consumer keeps its partitions, and goes on when it is back', async (t) => {
  const [before, after] = ids(2) as [string, string];
  const proxy = await createFaultyProxy(url, 5432);
  const distant = openDatabase({ url: proxy.url, name: 'test distant' });
  startConsumer(t, notes, { database: distant });
  await publish([eventRecord(StockReserved, stockReserved(before))]);
  await eventually(async () => (await effectsOn(before)).length === 1);

  proxy.cut();
  await publish([eventRecord(StockReserved, stockReserved(after))]);
  await assert.rejects(distant.ping());
  assert.deepEqual(await effectsOn(after), []);
  await proxy.restore();

  await eventually(async () => (await effectsOn(after)).length === 1);
  t.after(distant.close);
});

test('events that Kafka has deleted before they were consumed raise an alarm that counts them', async (t) => {
  const group = randomUUID();
  const orderIds = ids(30);
  const own = await createTestKafka(['inventory.events']);
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { info: note, warn: () => {}, error: note, debug: () => {} } as unknown as typeof testLog;
  const before = startConsumer(t, notes, { group, kafka: own.kafka });
  await own.publish([eventRecord(StockReserved, stockReserved(orderIds[0] as string))]);
  await eventually(async () => (await effectsOn(orderIds[0] as string)).length === 1);
  await before.consumer.stop();

  // All go to the partition of which the group has consumed one.
  await own.publish(
    orderIds
      .slice(1)
      .map((id) => ({ ...eventRecord(StockReserved, stockReserved(id)), key: orderIds[0] as string })),
  );
  // As its retention does, in time.
  await own.kafka.deleteRecords('inventory.events', await own.kafka.endOffsets(['inventory.events']));
  startConsumer(t, notes, { group, kafka: own.kafka, log });

  const lost = await eventually(() => lines.find(({ alarm }) => alarm));
  assert.deepEqual(
    [lost.message, lost.topic, lost.records],
    ['events were deleted before they were consumed', 'inventory.events', 29],
  );
});

test('a consumer that makes no progress raises an alarm that names its partitions, and says when it goes on', async (t) => {
  const [orderId] = ids(1) as [string];
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { info: note, warn: () => {}, error: note, debug: () => {} } as unknown as typeof testLog;
  let isAway = true;
  const { group } = startConsumer(
    t,
    (itsGroup) => [
      subscribe(StockReserved, async (tx, messages) => {
        if (isAway) throw Object.assign(new Error('not today'), { code: 'ECONNRESET' });
        return noteEffects(itsGroup)(tx, messages);
      }),
    ],
    { log, stalledAfterMs: 2_000 },
  );
  const said = (message: string) => lines.find((line) => line.message === message);

  await publish([eventRecord(StockReserved, stockReserved(orderId))]);
  const alarm = await eventually(() => said('a worker makes no progress'));
  assert.deepEqual([alarm.alarm, alarm.reason], ['worker-stalled', 'not today']);
  assert.match(String(alarm.partitions), /inventory\.events \d/);
  isAway = false;

  await eventually(() => said('the worker makes progress again'));
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);
});

test('events of several types about one thing take effect in their order', async (t) => {
  const orderIds = ids(10);
  const heard: string[] = [];
  const note: Handler<{ orderId: string }> = async (_tx, messages) => {
    for (const { type, key } of messages) heard.push(`${key} ${type}`);
    return [];
  };
  await publish(
    orderIds.flatMap((orderId) => [
      eventRecord(OrderConfirmed, confirmed(orderId)),
      eventRecord(OrderCancelled, cancelled(orderId)),
    ]),
  );
  startConsumer(t, [subscribe(OrderCancelled, note), subscribe(OrderConfirmed, note)]);

  await eventually(() => heard.length === 2 * orderIds.length);

  for (const orderId of orderIds)
    assert.deepEqual(
      heard.filter((entry) => entry.startsWith(orderId)),
      [`${orderId} order.confirmed`, `${orderId} order.cancelled`],
    );
});

test('a consumer that is stopped finishes what is in hand, and what comes later is left to the next', async (t) => {
  const [first, second] = ids(2) as [string, string];
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { consumer, group } = startConsumer(t, (itsGroup) => [
    subscribe(StockReserved, async (tx, messages) => {
      if (messages.some(({ key }) => key === first)) begun.resolve();
      await gate.promise;
      return noteEffects(itsGroup)(tx, messages);
    }),
  ]);
  await publish([eventRecord(StockReserved, stockReserved(first))]);
  await begun.promise;

  const stopped = consumer.stop();
  gate.resolve();
  await stopped;

  assert.deepEqual(await effectsOn(first), [1]);
  await publish([eventRecord(StockReserved, stockReserved(second))]);
  startConsumer(t, notes, { group });
  await eventually(async () => (await effectsOn(second)).length === 1);
  assert.deepEqual(await effectsOn(first), [1]);
});

test('an event that two processes take at the same time has one effect', async (t) => {
  const orderIds = ids(40);
  const groups = [randomUUID(), randomUUID()];
  // Two groups with one inbox hear all at once what two members would hear after one another.
  for (const group of groups)
    startConsumer(t, [subscribe(StockReserved, noteEffects(groups[0] as string))], { group });
  await publish(orderIds.map((id) => eventRecord(StockReserved, stockReserved(id))));
  for (const group of groups)
    await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.equal((await effectsOn(...orderIds)).length, orderIds.length);
  assert.equal(await saidOf(...orderIds), orderIds.length);
});

/** Kafka for a member that dies, each time, between its transaction and the commit of its offset. */
const forgetful: Kafka = {
  ...kafka,
  consume: (options) =>
    kafka.consume({ ...options, onBatch: (batch) => options.onBatch({ ...batch, commit: async () => {} }) }),
};

test('after the group has moved, what comes again to its new member has no second effect', async (t) => {
  const orderIds = ids(20);
  await publish(orderIds.map((id) => eventRecord(StockReserved, stockReserved(id))));
  const { consumer, group } = startConsumer(t, notes, { kafka: forgetful });
  await eventually(async () => (await effectsOn(...orderIds)).length === orderIds.length);
  await consumer.stop();
  assert.ok((await kafka.lag(group, ['inventory.events'])) >= orderIds.length, 'they all come again');

  startConsumer(t, notes, { group });
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.equal((await effectsOn(...orderIds)).length, orderIds.length);
  assert.equal(await saidOf(...orderIds), orderIds.length);
});

test('who catches up waits for what is on the topics, and not for what comes later', async (t) => {
  const [before, after] = ids(2) as [string, string];
  const gate = Promise.withResolvers<void>();
  await publish([eventRecord(StockReserved, stockReserved(before))]);
  const group = randomUUID();
  const consumer = createConsumer({
    kafka,
    database,
    group,
    log: testLog,
    onCommit: () => {},
    subscriptions: [
      subscribe(StockReserved, async (tx, messages) => {
        if (messages.some(({ key }) => key === after)) await gate.promise;
        return noteEffects(group)(tx, messages);
      }),
    ],
  });
  t.after(consumer.stop);
  const caughtUp = consumer.catchUp();
  assert.deepEqual(await effectsOn(before), []);
  consumer.start();

  await caughtUp;
  assert.deepEqual(await effectsOn(before), [1]);
  const again = consumer.catchUp();
  await again;
  await publish([eventRecord(StockReserved, stockReserved(after))]);
  const late = consumer.catchUp();
  assert.deepEqual(await effectsOn(after), []);
  gate.resolve();
  await late;
  assert.deepEqual(await effectsOn(after), [1]);
});

test('who catches up while the consumer stops is told that it did not', async () => {
  await publish([eventRecord(StockReserved, stockReserved())]);
  const consumer = createConsumer({
    kafka,
    database,
    group: randomUUID(),
    log: testLog,
    onCommit: () => {},
    subscriptions: notes('nobody'),
  });
  const caughtUp = consumer.catchUp();
  await Promise.all([assert.rejects(caughtUp, /stops/), consumer.stop()]);
});

test('an effect whose event cannot be written is undone with it', async (t) => {
  const [orderId] = ids(1) as [string];
  const { group } = startConsumer(t, (itsGroup) => [
    subscribe(StockReserved, async (tx, messages) => {
      const events = await noteEffects(itsGroup)(tx, messages);
      return events.map((event) => (event.key === orderId ? { ...event, id: 'no uuid' } : event));
    }),
  ]);
  await publish([eventRecord(StockReserved, stockReserved(orderId))]);
  await eventually(async () => (await kafka.lag(group, ['inventory.events'])) === 0);

  assert.deepEqual(await effectsOn(orderId), []);
  assert.equal(await saidOf(orderId), 0);
});
