import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
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
  ids,
  MeterConnected,
  MeterDisconnected,
  MeterRead,
  meterData,
  outgoingEvent,
} from './example-events.ts';

const { database, migratorUrl, url } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['meter.events', 'grid.events']);

const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`create table effects (group_id text, meter_id uuid, version integer)`);
await owner.close();

/** Writes effects that can be counted, and returns an event for each. */
const noteEffects =
  (group: string): Handler<MeterRead> =>
  async (tx, messages) => {
    await tx.query(sql`
      insert into effects (group_id, meter_id, version)
      select ${group}, * from unnest(
        ${messages.map((message) => message.data.meterId)}::uuid[],
        ${messages.map((message) => message.data.version)}::integer[])`);
    return messages.map((message) => outgoingEvent(message.data.meterId, message.data.version + 100));
  };

async function effectsOn(...meterIds: string[]): Promise<number[]> {
  const rows = await database.query(sql<{ version: number }>`
    select version from effects where meter_id = any(${meterIds}::uuid[])`);
  return rows.map((row) => row.version);
}

async function countEvents(...meterIds: string[]): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`
    select count(*) as count from outbox where key = any(${meterIds}::text[])`);
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

const notes = (group: string) => [subscribe(MeterRead, noteEffects(group))];

test('an event takes effect, its handler’s event is in the outbox, and the commit is reported', async (t) => {
  const [meterId] = ids(1) as [string];
  let commits = 0;
  startConsumer(t, notes, { onCommit: () => commits++ });

  await publish([eventRecord(MeterRead, meterData(meterId))]);

  await eventually(() => commits > 0);
  assert.deepEqual(await effectsOn(meterId), [1]);
  assert.equal(await countEvents(meterId), 1);
});

test('an event that is delivered twice has one effect', async (t) => {
  const [meterId, later] = ids(2) as [string, string];
  const { group } = startConsumer(t, notes);
  const record = eventRecord(MeterRead, meterData(meterId));

  await publish([record]);
  await eventually(async () => (await effectsOn(meterId)).length === 1);
  await publish([record, eventRecord(MeterRead, meterData(later))]);
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.deepEqual(await effectsOn(meterId), [1]);
  assert.equal(await countEvents(meterId), 1);
  assert.deepEqual(await effectsOn(later), [1]);
});

test('an event that is twice in one batch has one effect', async (t) => {
  const [meterId] = ids(1) as [string];
  const duplicate = randomUUID();
  const records = [1, 2, 3].map((version) =>
    eventRecord(MeterRead, meterData(meterId, version), version === 2 ? {} : { id: duplicate }),
  );

  await publish(records);
  const { group } = startConsumer(t, notes);
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.deepEqual(await effectsOn(meterId), [1, 2]);
});

test('a new group consumes all earlier events, in order per key', async (t) => {
  const meterIds = ids(20);
  const versions = Array.from({ length: 30 }, (_, index) => index + 1);
  await publish(
    versions.flatMap((version) => meterIds.map((id) => eventRecord(MeterRead, meterData(id, version)))),
  );
  const received = new Map<string, number[]>();
  startConsumer(
    t,
    [
      subscribe(MeterRead, async (_tx, messages) => {
        for (const { key, data } of messages) received.set(key, [...(received.get(key) ?? []), data.version]);
        return [];
      }),
    ],
    { database: await ownInbox() },
  );

  await eventually(() => meterIds.every((id) => received.get(id)?.length === versions.length));

  for (const id of meterIds) assert.deepEqual(received.get(id), versions);
});

/** The inbox belongs to a service: a second group needs one of its own to process every event. */
async function ownInbox(): Promise<Database> {
  return (await createTestDatabase()).database;
}

test('two members of a group share the partitions, and each event has one effect', async (t) => {
  const receivedBy = [new Set<string>(), new Set<string>()];
  const group = randomUUID();
  const member = (index: number) =>
    startConsumer(
      t,
      [
        subscribe(MeterRead, async (tx, messages) => {
          for (const { key } of messages) receivedBy[index]?.add(key);
          return noteEffects(group)(tx, messages);
        }),
      ],
      { group },
    );
  member(0);
  member(1);

  const meterIds: string[] = [];
  await eventually(
    async () => {
      const more = ids(12);
      meterIds.push(...more);
      await publish(more.map((id) => eventRecord(MeterRead, meterData(id))));
      return receivedBy.every((received) => received.size > 0);
    },
    { timeoutMs: 30_000, what: 'both members to have partitions' },
  );
  await eventually(async () => (await effectsOn(...meterIds)).length >= meterIds.length);
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.equal((await effectsOn(...meterIds)).length, meterIds.length);
});

test('events of types without a subscription are ignored, whatever their content', async (t) => {
  const [meterId] = ids(1) as [string];
  const { group } = startConsumer(t, notes);
  const odd = eventRecord(MeterRead, meterData(meterId, 7));

  await publish([
    { ...odd, value: 'not even JSON', headers: { ...odd.headers, ce_type: 'meter.invented' } },
    { ...odd, headers: {} },
    eventRecord(MeterRead, meterData(meterId, 8)),
  ]);
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.deepEqual(await effectsOn(meterId), [8]);
});

test('a field that a publisher has added to an event is ignored', async (t) => {
  const [meterId] = ids(1) as [string];
  startConsumer(t, notes);

  const record = eventRecord(MeterRead, meterData(meterId));
  await publish([{ ...record, value: JSON.stringify({ ...meterData(meterId), reader: 'north' }) }]);

  await eventually(async () => (await effectsOn(meterId)).length === 1);
});

test('a handler that fails because something is unavailable is retried, and its failed attempts leave nothing behind', async (t) => {
  const [meterId] = ids(1) as [string];
  const record = eventRecord(MeterRead, meterData(meterId));
  let attempts = 0;
  let isBroken = true;
  startConsumer(t, (group) => [
    subscribe(MeterRead, async (tx, messages) => {
      const events = await noteEffects(group)(tx, messages);
      if (messages.some(({ key }) => key === meterId)) attempts++;
      if (isBroken) throw Object.assign(new Error('not today'), { code: 'ECONNRESET' });
      return events;
    }),
  ]);

  await publish([record]);
  await eventually(() => attempts >= 3, { what: 'three attempts' });
  assert.deepEqual(await effectsOn(meterId), []);
  assert.equal(await countEvents(meterId), 0);
  assert.equal(await isInInbox(record.headers.ce_id as string), false);
  isBroken = false;

  await eventually(async () => (await effectsOn(meterId)).length === 1);
  assert.equal(await countEvents(meterId), 1);
  assert.equal(await isInInbox(record.headers.ce_id as string), true);
});

test('while its database is unavailable a consumer keeps its partitions, and it continues when the database is back', async (t) => {
  const [before, after] = ids(2) as [string, string];
  const proxy = await createFaultyProxy(url, 5432);
  const distant = openDatabase({ url: proxy.url, name: 'test distant' });
  startConsumer(t, notes, { database: distant });
  await publish([eventRecord(MeterRead, meterData(before))]);
  await eventually(async () => (await effectsOn(before)).length === 1);

  proxy.cut();
  await publish([eventRecord(MeterRead, meterData(after))]);
  await assert.rejects(distant.ping());
  assert.deepEqual(await effectsOn(after), []);
  await proxy.restore();

  await eventually(async () => (await effectsOn(after)).length === 1);
  t.after(distant.close);
});

test('events that Kafka has deleted before they were consumed raise an alarm that counts them', async (t) => {
  const group = randomUUID();
  const meterIds = ids(30);
  const own = await createTestKafka(['meter.events']);
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { info: note, warn: () => {}, error: note, debug: () => {} } as unknown as typeof testLog;
  const before = startConsumer(t, notes, { group, kafka: own.kafka });
  await own.publish([eventRecord(MeterRead, meterData(meterIds[0] as string))]);
  await eventually(async () => (await effectsOn(meterIds[0] as string)).length === 1);
  await before.consumer.stop();

  // All go to the partition of which the group has consumed one record.
  await own.publish(
    meterIds.slice(1).map((id) => ({ ...eventRecord(MeterRead, meterData(id)), key: meterIds[0] as string })),
  );
  // As retention does in time.
  await own.kafka.deleteRecords('meter.events', await own.kafka.endOffsets(['meter.events']));
  startConsumer(t, notes, { group, kafka: own.kafka, log });

  const lost = await eventually(() => lines.find(({ alarm }) => alarm));
  assert.deepEqual(
    [lost.message, lost.topic, lost.records],
    ['events were deleted before they were consumed', 'meter.events', 29],
  );
});

test('a consumer that makes no progress raises an alarm that names its partitions, and logs when it makes progress again', async (t) => {
  const [meterId] = ids(1) as [string];
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { info: note, warn: () => {}, error: note, debug: () => {} } as unknown as typeof testLog;
  let isDown = true;
  const { group } = startConsumer(
    t,
    (itsGroup) => [
      subscribe(MeterRead, async (tx, messages) => {
        if (isDown) throw Object.assign(new Error('not today'), { code: 'ECONNRESET' });
        return noteEffects(itsGroup)(tx, messages);
      }),
    ],
    { log, stalledAfterMs: 2_000 },
  );
  const logged = (message: string) => lines.find((line) => line.message === message);

  await publish([eventRecord(MeterRead, meterData(meterId))]);
  const alarm = await eventually(() => lines.find((line) => line.alarm && line.partitions));
  assert.deepEqual([alarm.alarm, alarm.reason], ['worker-stalled', 'not today']);
  assert.match(String(alarm.partitions), /meter\.events \d/);
  isDown = false;

  await eventually(() => logged('the worker makes progress again'));
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);
});

test('events of several types about one key take effect in their order', async (t) => {
  const meterIds = ids(10);
  const received: string[] = [];
  const note: Handler<{ meterId: string }> = async (_tx, messages) => {
    for (const { type, key } of messages) received.push(`${key} ${type}`);
    return [];
  };
  await publish(
    meterIds.flatMap((meterId) => [
      eventRecord(MeterConnected, meterData(meterId)),
      eventRecord(MeterDisconnected, meterData(meterId)),
    ]),
  );
  startConsumer(t, [subscribe(MeterDisconnected, note), subscribe(MeterConnected, note)]);

  await eventually(() => received.length === 2 * meterIds.length);

  for (const meterId of meterIds)
    assert.deepEqual(
      received.filter((entry) => entry.startsWith(meterId)),
      [`${meterId} meter.connected`, `${meterId} meter.disconnected`],
    );
});

test('a consumer that is stopped finishes its batch, and the next consumer processes later events', async (t) => {
  const [first, second] = ids(2) as [string, string];
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { consumer, group } = startConsumer(t, (itsGroup) => [
    subscribe(MeterRead, async (tx, messages) => {
      if (messages.some(({ key }) => key === first)) begun.resolve();
      await gate.promise;
      return noteEffects(itsGroup)(tx, messages);
    }),
  ]);
  await publish([eventRecord(MeterRead, meterData(first))]);
  await begun.promise;

  const stopped = consumer.stop();
  gate.resolve();
  await stopped;

  assert.deepEqual(await effectsOn(first), [1]);
  await publish([eventRecord(MeterRead, meterData(second))]);
  startConsumer(t, notes, { group });
  await eventually(async () => (await effectsOn(second)).length === 1);
  assert.deepEqual(await effectsOn(first), [1]);
});

test('an event that two processes consume at the same time has one effect', async (t) => {
  const meterIds = ids(40);
  const groups = [randomUUID(), randomUUID()];
  // Two groups with one inbox consume at once the records that two members would consume one after the other.
  for (const group of groups)
    startConsumer(t, [subscribe(MeterRead, noteEffects(groups[0] as string))], { group });
  await publish(meterIds.map((id) => eventRecord(MeterRead, meterData(id))));
  for (const group of groups) await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.equal((await effectsOn(...meterIds)).length, meterIds.length);
  assert.equal(await countEvents(...meterIds), meterIds.length);
});

/** Kafka for a member that dies each time between its transaction and the commit of its offset. */
const forgetful: Kafka = {
  ...kafka,
  consume: (options) =>
    kafka.consume({ ...options, onBatch: (batch) => options.onBatch({ ...batch, commit: async () => {} }) }),
};

test('events that are delivered again to a new member of the group have no second effect', async (t) => {
  const meterIds = ids(20);
  await publish(meterIds.map((id) => eventRecord(MeterRead, meterData(id))));
  const { consumer, group } = startConsumer(t, notes, { kafka: forgetful });
  await eventually(async () => (await effectsOn(...meterIds)).length === meterIds.length);
  await consumer.stop();
  assert.ok((await kafka.lag(group, ['meter.events'])) >= meterIds.length, 'all are delivered again');

  startConsumer(t, notes, { group });
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.equal((await effectsOn(...meterIds)).length, meterIds.length);
  assert.equal(await countEvents(...meterIds), meterIds.length);
});

test('catchUp waits for the records that are on the topics, and not for later ones', async (t) => {
  const [before, after] = ids(2) as [string, string];
  const gate = Promise.withResolvers<void>();
  await publish([eventRecord(MeterRead, meterData(before))]);
  const group = randomUUID();
  const consumer = createConsumer({
    kafka,
    database,
    group,
    log: testLog,
    onCommit: () => {},
    subscriptions: [
      subscribe(MeterRead, async (tx, messages) => {
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
  await publish([eventRecord(MeterRead, meterData(after))]);
  const late = consumer.catchUp();
  assert.deepEqual(await effectsOn(after), []);
  gate.resolve();
  await late;
  assert.deepEqual(await effectsOn(after), [1]);
});

test('catchUp fails when the consumer stops meanwhile', async () => {
  await publish([eventRecord(MeterRead, meterData())]);
  const consumer = createConsumer({
    kafka,
    database,
    group: randomUUID(),
    log: testLog,
    onCommit: () => {},
    subscriptions: notes('never started'),
  });
  const caughtUp = consumer.catchUp();
  await Promise.all([assert.rejects(caughtUp, /stops/), consumer.stop()]);
});

test('an effect is rolled back when its event cannot be written', async (t) => {
  const [meterId] = ids(1) as [string];
  const { group } = startConsumer(t, (itsGroup) => [
    subscribe(MeterRead, async (tx, messages) => {
      const events = await noteEffects(itsGroup)(tx, messages);
      return events.map((event) => (event.key === meterId ? { ...event, id: 'no uuid' } : event));
    }),
  ]);
  await publish([eventRecord(MeterRead, meterData(meterId))]);
  await eventually(async () => (await kafka.lag(group, ['meter.events'])) === 0);

  assert.deepEqual(await effectsOn(meterId), []);
  assert.equal(await countEvents(meterId), 0);
});
