import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { sql } from '@repo/postgres';
import { createFaultyProxy, eventually } from '@repo/testing';
import { createTopics, encodeEvent, type OutgoingEvent, Unpublishable } from '../src/index.ts';
import { LATE_AFTER_MS, LEADER_TIMEOUT_MS } from '../src/outbox/leader.ts';
import { ids, outgoingEvent } from './example-events.ts';
import { createRelayBench, haveHeard, heardVersions, publishingThrough } from './relay-bench.ts';

const { database, url, kafka, record, startRelay, say, unpublished, leaders } = await createRelayBench();
await createTopics(kafka, { 'product.events': 'state' });
const events = await record('inventory.events');
const products = await record('product.events');

beforeEach(() => database.query(sql`delete from outbox`));

/** Two relays, of which the first leads. The second one's connection is good. */
async function startTwo(t: TestContext) {
  const proxy = await createFaultyProxy(url, 5432);
  const publishers = new Set<number>();
  const kafkaOf = (number: number) =>
    publishingThrough(kafka, (publish) => {
      publishers.add(number);
      return publish();
    });
  startRelay(t, { databaseUrl: proxy.url, kafka: kafkaOf(1) });
  const leader = await eventually(async () => (await leaders())[0], { what: 'a leader' });
  startRelay(t, { kafka: kafkaOf(2) });
  return { proxy, leader, publishers };
}

type Two = Awaited<ReturnType<typeof startTwo>>;

const ENDS: [string, (two: Two) => unknown][] = [
  ['is closed', ({ leader }) => database.query(sql`select pg_terminate_backend(${leader})`)],
  ['is cut off', ({ proxy }) => proxy.cut()],
  ['is silent, as if its process were stopped,', ({ proxy }) => proxy.freezeOpen()],
];

for (const [what, end] of ENDS) {
  test(`of two relays one leads; when its connection ${what} the other goes on, and nothing changes its order`, async (t) => {
    const keys = ids(3);
    const two = await startTwo(t);
    const count = 40;
    for (let version = 1; version <= count; version++) {
      await say(...keys.map((key) => outgoingEvent(key, version)));
      if (version === count / 2) {
        await haveHeard(events, keys);
        assert.deepEqual([...two.publishers], [1]);
        await end(two);
      }
    }

    await eventually(async () => (await unpublished()).length === 0, { what: 'the outbox to be empty' });
    const all = Array.from({ length: count }, (_, index) => index + 1);
    await eventually(() => keys.every((key) => heardVersions(events, key).length === count));
    for (const key of keys) assert.deepEqual(heardVersions(events, key), all);
    const successor = await eventually(async () => (await leaders())[0], { what: 'another leader' });
    assert.notEqual(successor, two.leader);
    two.proxy.cut();
  });
}

/** How a product stands, on the topic that keeps the newest of each. */
const stands = (sku: string, version: number): OutgoingEvent => ({
  ...outgoingEvent(sku, version),
  topic: 'product.events',
});

function recordOf(event: OutgoingEvent) {
  const row = { ...event, data: JSON.stringify(event.data), position: 0, createdAt: new Date() };
  return encodeEvent(row, 'inventory');
}

test('what comes later than a leader may be silent is refused where the newest is kept, and nowhere else', async () => {
  const [late, inTime] = ids(2) as [string, string];
  const longAgo = new Date(Date.now() - LATE_AFTER_MS - 1_000);
  assert.ok(LATE_AFTER_MS < LEADER_TIMEOUT_MS);
  const publish = async (topic: string, key: string, at?: Date) => {
    const publisher = await kafka.openPublisher();
    const records = [recordOf(outgoingEvent(key))];
    await publisher.publish([{ topic, records }], at).finally(publisher.close);
  };

  await assert.rejects(publish('product.events', late, longAgo), (error: Error) => {
    assert.ok(!(error instanceof Unpublishable), 'it passes when it is listed again');
    assert.match(error.message, /timestamp/);
    return true;
  });
  await publish('product.events', inTime);
  await publish('inventory.events', late, longAgo);

  await haveHeard(events, [late]);
  await haveHeard(products, [inTime]);
  assert.ok(!products.some(({ key }) => key === late));
});

test('a leader that is stopped while it sends, and wakes up when another leads, leaves nothing old as the newest', async (t) => {
  const sku = randomUUID();
  const proxy = await createFaultyProxy(url, 5432);
  const [sending, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lateSend = Promise.withResolvers<Error | undefined>();
  const stopped = startRelay(t, {
    databaseUrl: proxy.url,
    kafka: publishingThrough(kafka, async (publish) => {
      sending.resolve();
      await thawed.promise;
      await publish().then(lateSend.resolve as () => void, lateSend.resolve);
      throw new Error('its connection to Postgres is gone');
    }),
  });
  await say(stands(sku, 1));
  await sending.promise;

  proxy.freezeOpen();
  startRelay(t);
  await haveHeard(products, [sku]);
  await say(stands(sku, 2));
  await eventually(() => heardVersions(products, sku).length === 2);
  thawed.resolve();

  assert.match((await lateSend.promise)?.message ?? 'it was taken', /timestamp/);
  const heard = products.filter(({ key }) => key === sku).map(({ data }) => data.version);
  assert.deepEqual(heard, [1, 2]);
  proxy.cut();
  await stopped.stop();
});
