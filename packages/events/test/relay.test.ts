import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { sql } from '@tenfold/postgres';
import { createTestDatabase, createTestKafka, createWeakLink, eventually, testLog } from '@tenfold/testing';
import { appendEvents, createRelay, type Kafka, newEvent, type RelayOptions } from '../src/index.ts';
import { ids, StockReserved, says } from './things.ts';

const { database, url } = await createTestDatabase();
const { kafka, record } = await createTestKafka(['inventory.events']);
const events = await record('inventory.events');

beforeEach(() => database.query(sql`delete from outbox`));

/** A relay that is stopped after the test. */
function startRelay(t: TestContext, options: Partial<RelayOptions> = {}) {
  const relay = createRelay({ service: 'inventory', databaseUrl: url, kafka, log: testLog, ...options });
  relay.start();
  t.after(relay.stop);
  return relay;
}

function say(...orderIds: string[]): Promise<void> {
  return database.transaction((tx) =>
    appendEvents(
      tx,
      orderIds.map((orderId) => says(orderId)),
    ),
  );
}

async function unpublished(): Promise<string[]> {
  const rows = await database.query(sql<{ key: string }>`select key from outbox order by position`);
  return rows.map((row) => row.key);
}

/** How often each of these has come, in the order of their first coming. */
const heard = (orderIds: string[]) =>
  events.filter((event) => orderIds.includes(event.key)).map((event) => event.key);

const hasHeard = (orderIds: string[]) =>
  eventually(() => new Set(heard(orderIds)).size === orderIds.length, { what: 'the events on the topic' });

test('what was said is published as it was said, and leaves the outbox', async (t) => {
  const orderId = randomUUID();
  const event = newEvent(StockReserved, { orderId, version: 4 }, {});
  await database.transaction((tx) => appendEvents(tx, [event]));
  startRelay(t);

  const told = await eventually(() => events.find(({ id }) => id === event.id));

  assert.deepEqual(told.data, { orderId, version: 4 });
  assert.equal(told.type, 'stock.reserved');
  assert.equal(told.key, orderId);
  assert.equal(told.recordKey, orderId);
  assert.equal(told.headers.ce_source, '/inventory');
  await eventually(async () => (await unpublished()).length === 0);
});

test('what one thing says is published in the order in which it was said, in batches of any size', async (t) => {
  const orderId = randomUUID();
  const versions = Array.from({ length: 25 }, (_, index) => index + 1);
  for (const version of versions)
    await database.transaction((tx) => appendEvents(tx, [says(orderId, version)]));
  startRelay(t, { batchSize: 4 });

  await eventually(() => heard([orderId]).length === versions.length);

  assert.deepEqual(
    events.filter(({ key }) => key === orderId).map(({ data }) => data.version),
    versions,
  );
});

test('what is said in a transaction that is rolled back is never published', async (t) => {
  const [unsaid, later] = ids(2) as [string, string];
  startRelay(t);
  const work = database.transaction(async (tx) => {
    await appendEvents(tx, [says(unsaid)]);
    throw new Error('changed my mind');
  });
  await assert.rejects(work);

  await say(later);
  await hasHeard([later]);

  assert.deepEqual(heard([unsaid]), []);
});

test('a transaction that took its position early and commits late is not passed over', async (t) => {
  const [early, late] = ids(2) as [string, string];
  startRelay(t);
  const taken = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const slow = database.transaction(async (tx) => {
    await appendEvents(tx, [says(early)]);
    taken.resolve();
    await gate.promise;
  });
  await taken.promise;
  await say(late);
  await hasHeard([late]);

  gate.resolve();
  await slow;

  await hasHeard([early]);
});

test('an event that waits while Kafka is away is published when it is back', async (t) => {
  const orderId = randomUUID();
  let isAway = true;
  const moody: Kafka = {
    ...kafka,
    openPublisher: async () => {
      const publisher = await kafka.openPublisher();
      const publish: typeof publisher.publish = async (batches) => {
        if (isAway) throw new Error('Kafka is away');
        await publisher.publish(batches);
      };
      return { ...publisher, publish };
    },
  };
  startRelay(t, { kafka: moody });

  await say(orderId);
  assert.deepEqual(await unpublished(), [orderId]);
  isAway = false;

  await hasHeard([orderId]);
});

test('a crash between the publishing and the deleting repeats an event under the same id', async (t) => {
  const orderId = randomUUID();
  let crashes = 1;
  const crashing: Kafka = {
    ...kafka,
    openPublisher: async () => {
      const publisher = await kafka.openPublisher();
      const publish: typeof publisher.publish = async (batches) => {
        await publisher.publish(batches);
        if (crashes-- > 0) throw new Error('the process was killed here');
      };
      return { ...publisher, publish };
    },
  };
  await say(orderId);
  startRelay(t, { kafka: crashing });

  await eventually(() => heard([orderId]).length === 2);

  assert.equal(new Set(events.filter(({ key }) => key === orderId).map(({ id }) => id)).size, 1);
  await eventually(async () => (await unpublished()).length === 0);
});

test('of two relays one leads; when its connection dies the other takes over, and nothing changes its order', async (t) => {
  const orderId = randomUUID();
  startRelay(t);
  startRelay(t);
  const leader = await eventually(async () => (await backends())[0], { what: 'a leader' });
  assert.equal((await backends()).length, 1);

  const count = 60;
  for (let version = 1; version <= count; version++) {
    await database.transaction((tx) => appendEvents(tx, [says(orderId, version)]));
    if (version === count / 2) await database.query(sql`select pg_terminate_backend(${leader})`);
  }

  await eventually(async () => (await unpublished()).length === 0, { what: 'the outbox to be empty' });
  await eventually(() => new Set(heardVersions(orderId)).size === count);
  const firstComing = [...new Set(heardVersions(orderId))];
  assert.deepEqual(
    firstComing,
    firstComing.toSorted((one, other) => one - other),
  );
  const successor = await eventually(async () => (await backends())[0], { what: 'another leader' });
  assert.notEqual(successor, leader);
});

const heardVersions = (orderId: string) =>
  events.filter(({ key }) => key === orderId).map(({ data }) => Number(data.version));

/** The connections that hold the lead. */
async function backends(): Promise<number[]> {
  const rows = await database.query(sql<{ pid: number }>`
    select pid
    from pg_locks
    where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`);
  return rows.map((row) => row.pid);
}

test('a leader whose process is stopped loses the lead, and another one goes on', async (t) => {
  const [before, after] = ids(2) as [string, string];
  const link = await createWeakLink(url, 5432);
  startRelay(t, { databaseUrl: link.url });
  await say(before);
  await hasHeard([before]);

  link.freeze();
  startRelay(t);
  await say(after);

  await hasHeard([after]);
  await link.cut();
});

test('a relay that is told of a commit publishes at once', async (t) => {
  const relay = startRelay(t);
  await say(...ids(1));
  await eventually(async () => (await unpublished()).length === 0);

  const orderIds = ids(20);
  const delays: number[] = [];
  for (const orderId of orderIds) {
    await say(orderId);
    relay.wake();
    const since = performance.now();
    await eventually(() => heard([orderId]).length > 0);
    delays.push(performance.now() - since);
  }

  assert.ok(Math.min(...delays) < 20, `the fastest took ${Math.min(...delays)} ms`);
});

test('a relay that is stopped finishes what it is sending, and leaves the rest to others', async () => {
  const relay = createRelay({ service: 'inventory', databaseUrl: url, kafka, log: testLog });
  relay.start();
  const orderId = randomUUID();
  await say(orderId);
  await hasHeard([orderId]);
  await relay.stop();

  await say(...ids(1));

  assert.equal((await unpublished()).length, 1);
  assert.deepEqual(await backends(), []);
});
