import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { appendEvents, type Kafka, newEvent } from '../src/index.ts';
import { ids, MeterRead, outgoingEvent } from './example-events.ts';
import { createRelayBench, keepingLog, publishedVersions, publishingThrough } from './relay-bench.ts';

const bench = await createRelayBench();
const { database, kafka, startRelay, unpublished, leaders } = bench;
const events = await bench.record('meter.events');

beforeEach(() => database.query(sql`delete from outbox`));

const append = (...meterIds: string[]) => bench.append(...meterIds.map((meterId) => outgoingEvent(meterId)));

/** The keys of these events as they are on the topic, repeated ones included. */
const published = (meterIds: string[]) =>
  events.filter((event) => meterIds.includes(event.key)).map((event) => event.key);

const arePublished = (meterIds: string[]) =>
  eventually(() => new Set(published(meterIds)).size === meterIds.length, {
    what: 'the events on the topic',
  });

test('an event is published as it was appended, and leaves the outbox', async (t) => {
  const meterId = randomUUID();
  const event = newEvent(MeterRead, { meterId, version: 4 }, {});
  await database.transaction((tx) => appendEvents(tx, [event]));
  startRelay(t);

  const recorded = await eventually(() => events.find(({ id }) => id === event.id));

  assert.deepEqual(recorded.data, { meterId, version: 4 });
  assert.equal(recorded.type, 'meter.read');
  assert.equal(recorded.key, meterId);
  assert.equal(recorded.recordKey, meterId);
  assert.equal(recorded.headers.ce_source, '/meter');
  await eventually(async () => (await unpublished()).length === 0);
});

test('events of one key are published in the order in which they were appended, in batches of any size', async (t) => {
  const meterId = randomUUID();
  const versions = Array.from({ length: 25 }, (_, index) => index + 1);
  for (const version of versions)
    await database.transaction((tx) => appendEvents(tx, [outgoingEvent(meterId, version)]));
  startRelay(t, { batchSize: 4 });

  await eventually(() => published([meterId]).length === versions.length);

  assert.deepEqual(
    events.filter(({ key }) => key === meterId).map(({ data }) => data.version),
    versions,
  );
});

test('the events of a transaction that is rolled back are never published', async (t) => {
  const [rolledBack, later] = ids(2) as [string, string];
  startRelay(t);
  const work = database.transaction(async (tx) => {
    await appendEvents(tx, [outgoingEvent(rolledBack)]);
    throw new Error('changed my mind');
  });
  await assert.rejects(work);

  await append(later);
  await arePublished([later]);

  assert.deepEqual(published([rolledBack]), []);
});

test('an event with an early position that is committed late is not skipped', async (t) => {
  const [early, late] = ids(2) as [string, string];
  const appended = Promise.withResolvers<void>();
  const sending = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const earlyCommits = Promise.withResolvers<void>();
  const slow = database.transaction(async (tx) => {
    await appendEvents(tx, [outgoingEvent(early)]);
    appended.resolve();
    await earlyCommits.promise;
  });
  await appended.promise;
  await append(late);
  startRelay(t, {
    kafka: publishingThrough(kafka, async (publish) => {
      sending.resolve();
      await gate.promise;
      await publish();
    }),
  });

  // The early one is committed while the late one is being sent, so before the late one is deleted.
  await sending.promise;
  earlyCommits.resolve();
  await slow;
  gate.resolve();

  await arePublished([late, early]);
});

test('events that are appended while Kafka is down raise an alarm, and are published in order when it is back', async (t) => {
  const keys = ids(5);
  const { log, lines } = keepingLog();
  const fails = async () => {
    throw new Error('Kafka is down');
  };
  let isDown = false;
  const shaky: Kafka = {
    ...publishingThrough(kafka, (publish) => (isDown ? fails() : publish())),
  };
  const { openPublisher } = shaky;
  startRelay(t, {
    log,
    batchSize: 7,
    kafka: { ...shaky, openPublisher: () => (isDown ? fails() : openPublisher()) as never },
  });
  await append(...keys);
  await arePublished(keys);

  isDown = true;
  for (let version = 2; version <= 20; version++)
    await bench.append(...keys.map((key) => outgoingEvent(key, version)));
  await eventually(() => lines.some(({ message }) => message === 'partition unavailable; retrying'));
  await database.query(sql`update outbox set created_at = now() - interval '2 minutes'`);
  const isLogged = (what: string) =>
    eventually(() => lines.some(({ message }) => message === what), { what });
  await isLogged('events wait to be published');
  assert.equal((await unpublished()).length, 19 * keys.length);
  isDown = false;

  const versions = Array.from({ length: 20 }, (_, index) => index + 1);
  await eventually(() => keys.every((key) => publishedVersions(events, key).length === 20));
  for (const key of keys) assert.deepEqual(publishedVersions(events, key), versions);
  await isLogged('events are published again');
});

test('a crash between publishing and deleting repeats an event under the same id', async (t) => {
  const meterId = randomUUID();
  let crashes = 1;
  await append(meterId);
  startRelay(t, {
    kafka: publishingThrough(kafka, async (publish) => {
      await publish();
      if (crashes-- > 0) throw new Error('the process was killed here');
    }),
  });

  await eventually(() => published([meterId]).length === 2);

  assert.equal(new Set(events.filter(({ key }) => key === meterId).map(({ id }) => id)).size, 1);
  await eventually(async () => (await unpublished()).length === 0);
});

test('a relay that is woken publishes at once, however long its poll interval is', async (t) => {
  const relay = startRelay(t, { idlePollMs: 600_000 });

  for (const meterId of ids(5)) {
    await append(meterId);
    relay.wake();
    await arePublished([meterId]);
    await eventually(async () => (await unpublished()).length === 0);
  }
});

test('a relay that is stopped finishes its batch, and leaves other rows in the outbox', async (t) => {
  const relay = startRelay(t);
  const meterId = randomUUID();
  await append(meterId);
  await arePublished([meterId]);
  await relay.stop();

  await append(...ids(1));

  assert.equal((await unpublished()).length, 1);
  assert.deepEqual(await leaders(), []);
});
