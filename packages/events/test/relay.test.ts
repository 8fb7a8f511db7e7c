import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { appendEvents, type Kafka, newEvent } from '../src/index.ts';
import { ids, outgoingEvent, StockReserved } from './example-events.ts';
import { createRelayBench, heardVersions, keepingLog, publishingThrough } from './relay-bench.ts';

const bench = await createRelayBench();
const { database, kafka, startRelay, unpublished, leaders } = bench;
const events = await bench.record('inventory.events');

beforeEach(() => database.query(sql`delete from outbox`));

const say = (...orderIds: string[]) => bench.say(...orderIds.map((orderId) => outgoingEvent(orderId)));

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
    await database.transaction((tx) => appendEvents(tx, [outgoingEvent(orderId, version)]));
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
    await appendEvents(tx, [outgoingEvent(unsaid)]);
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
    await appendEvents(tx, [outgoingEvent(early)]);
    taken.resolve();
    await earlyCommits.promise;
  });
  await taken.promise;
  await say(late);
  startRelay(t, {
    kafka: publishingThrough(kafka, async (publish) => {
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

test('what is said while Kafka is away is seen to wait, and is published in order when it is back', async (t) => {
  const keys = ids(5);
  const { log, lines } = keepingLog();
  const fails = async () => {
    throw new Error('Kafka is away');
  };
  let isAway = false;
  const shaky: Kafka = {
    ...publishingThrough(kafka, (publish) => (isAway ? fails() : publish())),
  };
  const { openPublisher } = shaky;
  startRelay(t, {
    log,
    batchSize: 7,
    kafka: { ...shaky, openPublisher: () => (isAway ? fails() : openPublisher()) as never },
  });
  await say(...keys);
  await hasHeard(keys);

  isAway = true;
  for (let version = 2; version <= 20; version++)
    await bench.say(...keys.map((key) => outgoingEvent(key, version)));
  await eventually(() => lines.some(({ message }) => message === 'partition unavailable; retrying'));
  await database.query(sql`update outbox set created_at = now() - interval '2 minutes'`);
  const isTold = (what: string) => eventually(() => lines.some(({ message }) => message === what), { what });
  await isTold('events wait to be published');
  assert.equal((await unpublished()).length, 19 * keys.length);
  isAway = false;

  const versions = Array.from({ length: 20 }, (_, index) => index + 1);
  await eventually(() => keys.every((key) => heardVersions(events, key).length === 20));
  for (const key of keys) assert.deepEqual(heardVersions(events, key), versions);
  await isTold('events are published again');
});

test('a crash between the publishing and the deleting repeats an event under the same id', async (t) => {
  const orderId = randomUUID();
  let crashes = 1;
  await say(orderId);
  startRelay(t, {
    kafka: publishingThrough(kafka, async (publish) => {
      await publish();
      if (crashes-- > 0) throw new Error('the process was killed here');
    }),
  });

  await eventually(() => heard([orderId]).length === 2);

  assert.equal(new Set(events.filter(({ key }) => key === orderId).map(({ id }) => id)).size, 1);
  await eventually(async () => (await unpublished()).length === 0);
});

test('a relay that is told of a commit publishes at once, however long it would have waited', async (t) => {
  const relay = startRelay(t, { idlePollMs: 600_000 });

  for (const orderId of ids(5)) {
    await say(orderId);
    relay.wake();
    await hasHeard([orderId]);
    await eventually(async () => (await unpublished()).length === 0);
  }
});

test('a relay that is stopped finishes what it is sending, and leaves the rest to others', async (t) => {
  const relay = startRelay(t);
  const orderId = randomUUID();
  await say(orderId);
  await hasHeard([orderId]);
  await relay.stop();

  await say(...ids(1));

  assert.equal((await unpublished()).length, 1);
  assert.deepEqual(await leaders(), []);
});
