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
  const taken = Promise.withResolvers<void>();
  const sending = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const earlyCommits = Promise.withResolvers<void>();
  const slow = database.transaction(async (tx) => {
    await appendEvents(tx, [says(early)]);
    taken.resolve();
    await earlyCommits.promise;
  });
  await taken.promise;
  await say(late);
  startRelay(t, {
    kafka: publishingThrough(async (publish) => {
      sending.resolve();
      await gate.promise;
      await publish();
    }),
  });

  // The early one commits while the late one is being sent, and so before the late one is deleted.
  await sending.promise;
  earlyCommits.resolve();
  await slow;
  gate.resolve();

  await hasHeard([late, early]);
});

/** Kafka, with something around each publishing. */
function publishingThrough(around: (publish: () => Promise<void>) => Promise<void>): Kafka {
  return {
    ...kafka,
    openPublisher: async () => {
      const publisher = await kafka.openPublisher();
      return { ...publisher, publish: (batches) => around(() => publisher.publish(batches)) };
    },
  };
}

test('an event that waits while Kafka is away is published when it is back', async (t) => {
  const orderId = randomUUID();
  let isAway = true;
  startRelay(t, {
    kafka: publishingThrough(async (publish) => {
      if (isAway) throw new Error('Kafka is away');
      await publish();
    }),
  });

  await say(orderId);
  assert.deepEqual(await unpublished(), [orderId]);
  isAway = false;

  await hasHeard([orderId]);
});

test('a crash between the publishing and the deleting repeats an event under the same id', async (t) => {
  const orderId = randomUUID();
  let crashes = 1;
  await say(orderId);
  startRelay(t, {
    kafka: publishingThrough(async (publish) => {
      await publish();
      if (crashes-- > 0) throw new Error('the process was killed here');
    }),
  });

  await eventually(() => heard([orderId]).length === 2);

  assert.equal(new Set(events.filter(({ key }) => key === orderId).map(({ id }) => id)).size, 1);
  await eventually(async () => (await unpublished()).length === 0);
});

test('of two relays one leads; when its connection dies the other takes over, and nothing changes its order', async (t) => {
  const orderId = randomUUID();
  const publishers = new Set<number>();
  for (const number of [1, 2])
    startRelay(t, {
      kafka: publishingThrough((publish) => {
        publishers.add(number);
        return publish();
      }),
    });
  const leader = await eventually(async () => (await backends())[0], { what: 'a leader' });

  const count = 60;
  for (let version = 1; version <= count; version++) {
    await database.transaction((tx) => appendEvents(tx, [says(orderId, version)]));
    if (version === count / 2) {
      await hasHeard([orderId]);
      assert.equal(publishers.size, 1);
      await database.query(sql`select pg_terminate_backend(${leader})`);
    }
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

test('a relay that is told of a commit publishes at once; one that is not, a moment later', async (t) => {
  let sent = Promise.withResolvers<void>();
  const deaf: Kafka = {
    ...kafka,
    openPublisher: async () => ({ publish: async () => sent.resolve(), close: async () => {} }),
  };
  const relay = startRelay(t, { kafka: deaf });
  const delays: Record<'told' | 'untold', number[]> = { told: [], untold: [] };

  for (let round = 0; round < 60; round++) {
    sent = Promise.withResolvers();
    await say(randomUUID());
    const since = performance.now();
    if (round % 2) relay.wake();
    await sent.promise;
    delays[round % 2 ? 'told' : 'untold'].push(performance.now() - since);
    await eventually(async () => (await unpublished()).length === 0);
  }

  const median = (values: number[]) => values.toSorted((one, other) => one - other)[15] ?? 0;
  const [told, untold] = [median(delays.told), median(delays.untold)];
  assert.ok(told < 0.6 * untold, `told ${told} ms, untold ${untold} ms`);
  assert.ok(untold < 500, `untold ${untold} ms`);
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
