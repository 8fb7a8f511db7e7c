import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { sql } from '@repo/postgres';
import { createFaultyProxy, eventually } from '@repo/testing';
import { createTopics, encodeEvent, type OutgoingEvent, Unpublishable } from '../src/index.ts';
import { LATE_AFTER_MS, LEADER_TIMEOUT_MS } from '../src/outbox/leader.ts';
import { ids, outgoingEvent } from './example-events.ts';
import { arePublished, createRelayBench, publishedVersions, publishingThrough } from './relay-bench.ts';

const { database, url, kafka, record, startRelay, append, unpublished, leaders } = await createRelayBench();
await createTopics(kafka, { 'rate.events': 'state' });
const events = await record('meter.events');
const rates = await record('rate.events');

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
  test(`of two relays one leads; when its connection ${what} the other continues, and events keep their order`, async (t) => {
    const keys = ids(3);
    const two = await startTwo(t);
    const count = 40;
    for (let version = 1; version <= count; version++) {
      await append(...keys.map((key) => outgoingEvent(key, version)));
      if (version === count / 2) {
        await arePublished(events, keys);
        assert.deepEqual([...two.publishers], [1]);
        await end(two);
      }
    }

    await eventually(async () => (await unpublished()).length === 0, { what: 'the outbox to be empty' });
    const all = Array.from({ length: count }, (_, index) => index + 1);
    await eventually(() => keys.every((key) => publishedVersions(events, key).length === count));
    for (const key of keys) assert.deepEqual(publishedVersions(events, key), all);
    const successor = await eventually(async () => (await leaders())[0], { what: 'another leader' });
    assert.notEqual(successor, two.leader);
    two.proxy.cut();
  });
}

/** The state of a rate, on the compacted topic. */
const rate = (rateId: string, version: number): OutgoingEvent => ({
  ...outgoingEvent(rateId, version),
  topic: 'rate.events',
});

function recordOf(event: OutgoingEvent) {
  const row = { ...event, data: JSON.stringify(event.data), position: 0, createdAt: new Date() };
  return encodeEvent(row, 'meter');
}

test('a record that is older than a leader’s timeout is refused on a compacted topic, and on no other', async () => {
  const [late, inTime] = ids(2) as [string, string];
  const longAgo = new Date(Date.now() - LATE_AFTER_MS - 1_000);
  assert.ok(LATE_AFTER_MS < LEADER_TIMEOUT_MS);
  const publish = async (topic: string, key: string, at?: Date) => {
    const publisher = await kafka.openPublisher();
    const records = [recordOf(outgoingEvent(key))];
    await publisher.publish([{ topic, records }], at).finally(publisher.close);
  };

  await assert.rejects(publish('rate.events', late, longAgo), (error: Error) => {
    assert.ok(!(error instanceof Unpublishable), 'it is accepted when it is listed again');
    assert.match(error.message, /timestamp/);
    return true;
  });
  await publish('rate.events', inTime);
  await publish('meter.events', late, longAgo);

  await arePublished(events, [late]);
  await arePublished(rates, [inTime]);
  assert.ok(!rates.some(({ key }) => key === late));
});

test('a leader that is frozen while it sends, and continues when another leads, publishes no old state as the newest', async (t) => {
  const rateId = randomUUID();
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
  await append(rate(rateId, 1));
  await sending.promise;

  proxy.freezeOpen();
  startRelay(t);
  await arePublished(rates, [rateId]);
  await append(rate(rateId, 2));
  await eventually(() => publishedVersions(rates, rateId).length === 2);
  thawed.resolve();

  assert.match((await lateSend.promise)?.message ?? 'it was accepted', /timestamp/);
  const published = rates.filter(({ key }) => key === rateId).map(({ data }) => data.version);
  assert.deepEqual(published, [1, 2]);
  proxy.cut();
  await stopped.stop();
});
