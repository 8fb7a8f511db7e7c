import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually as eventuallySoon } from '@repo/testing';
import type { OutgoingEvent } from '../src/index.ts';
import { createTopics } from '../src/index.ts';
import { ids, outgoingEvent } from './example-events.ts';
import {
  arePublished,
  createRelayBench,
  keepingLog,
  publishedVersions,
  publishingThrough,
} from './relay-bench.ts';

const { database, kafka, alterTopic, record, startRelay, append, unpublished } = await createRelayBench();
const LIMIT_BYTES = 3_000;
await kafka.createTopics([
  { topic: 'narrow.events', partitions: 6, config: { 'max.message.bytes': String(LIMIT_BYTES) } },
]);
const events = await record('meter.events');
const narrow = await record('narrow.events');

beforeEach(() => database.query(sql`delete from outbox`));

/** To isolate a refused row takes several sends, each with a new producer. */
const eventually = (condition: () => unknown, what = 'the condition') =>
  eventuallySoon(condition, { timeoutMs: 30_000, what });

const PARKED = 'Kafka refuses an event, which is parked';

/** An event for the topic with the low size limit. */
const small = (key: string, version = 1): OutgoingEvent => ({
  ...outgoingEvent(key, version),
  topic: 'narrow.events',
});
const large = (key: string, version = 1): OutgoingEvent => {
  const event = small(key, version);
  return { ...event, data: { ...(event.data as object), note: 'secret '.repeat(LIMIT_BYTES) } };
};

async function parked() {
  return database.query(sql<{ id: string; key: string; reason: string; seconds: number; parkings: number }>`
    select id, key, parked_reason as reason, extract(epoch from parked_until - now())::float8 as seconds, parkings
    from outbox
    where parked_until is not null
    order by position`);
}

/** Published rows may not have left the outbox yet. */
async function areLeft(keys: string[]): Promise<void> {
  await eventually(async () => {
    assert.deepEqual(await unpublished(), keys);
    return true;
  });
}

/** As an operator does who does not want to wait. */
const retryNow = () =>
  database.query(sql`update outbox set parked_until = now() where parked_until is not null`);

const setLimit = (bytes: number) => alterTopic('narrow.events', { 'max.message.bytes': String(bytes) });

test('an event that is too large for its topic is parked with an alarm; later events of its key wait in order, and no others', async (t) => {
  const [key, ...others] = ids(12) as [string, ...string[]];
  const { log, alarms } = keepingLog();
  const refused = large(key, 1);
  await append(
    ...others.slice(0, 6).map((other) => small(other)),
    refused,
    small(key, 2),
    outgoingEvent(key, 3),
  );
  startRelay(t, { log });
  await eventually(async () => (await parked()).length === 1);
  await append(small(key, 4), ...others.slice(6).map((other) => small(other)));
  await arePublished(narrow, others);

  await areLeft([key, key, key, key]);
  const [row] = await parked();
  assert.equal(row?.id, refused.id);
  assert.match(row.reason, /^MESSAGE_TOO_LARGE/);
  assert.ok(row.seconds > 0 && row.seconds <= 60);
  const [alarm, ...more] = alarms(PARKED);
  assert.deepEqual(more, []);
  assert.deepEqual(
    { ...alarm, reason: undefined },
    {
      alarm: 'event-unpublishable',
      id: refused.id,
      topic: 'narrow.events',
      type: refused.type,
      key,
      reason: undefined,
      rows: 1,
    },
  );
  assert.doesNotMatch(JSON.stringify(alarm), /secret/);

  await retryNow();
  await eventually(async () => (await parked())[0]?.parkings === 2, 'the second refusal');
  const { seconds = 0 } = (await parked())[0] ?? {};
  assert.ok(seconds > 60 && seconds <= 120, `parked for another ${seconds} s`);
  await areLeft([key, key, key, key]);
  assert.equal(alarms(PARKED).length, 2);

  await setLimit(1_000_000);
  t.after(() => setLimit(LIMIT_BYTES));
  // The broker applies the new limit some time after it has accepted it.
  await eventually(
    async () => (await retryNow()) && (await unpublished()).length === 0,
    'the outbox to be empty',
  );
  await eventually(() => publishedVersions(narrow, key).length === 3);
  assert.deepEqual(publishedVersions(narrow, key), [1, 2, 4]);
  await arePublished(events, [key]);
});

test('events that are too large only together are published, and none is parked', async (t) => {
  const key = randomUUID();
  const { log, alarms } = keepingLog();
  const versions = Array.from({ length: 16 }, (_, index) => index + 1);
  await append(...versions.map((version) => small(key, version)));
  startRelay(t, { log });

  await eventually(() => publishedVersions(narrow, key).length === versions.length);

  assert.deepEqual(publishedVersions(narrow, key), versions);
  await eventually(async () => (await unpublished()).length === 0);
  assert.deepEqual(alarms(PARKED), []);
});

test('events for a topic that does not exist are parked at once, and published when it exists', async (t) => {
  const [missing, others, later] = [ids(40), ids(40), ids(3)] as [string[], string[], string[]];
  const { log, alarms } = keepingLog();
  const sentTo: string[] = [];
  const toMissingTopic = (keys: string[]) =>
    keys.flatMap((key) =>
      [1, 2].map((version) => ({ ...outgoingEvent(key, version), topic: 'rate.events' as const })),
    );
  await append(...toMissingTopic(missing), ...others.map((other) => outgoingEvent(other)));
  startRelay(t, {
    log,
    kafka: publishingThrough(kafka, (publish, batches) => {
      sentTo.push(batches.map(({ topic }) => topic).join(' '));
      return publish();
    }),
  });
  await arePublished(events, others);
  await eventually(async () => (await parked()).length === 80);
  assert.equal(alarms(PARKED).length, 1);
  assert.match(String(alarms(PARKED)[0]?.reason), /^UNKNOWN_TOPIC_OR_PARTITION/);

  const before = sentTo.length;
  await append(
    ...toMissingTopic(later),
    outgoingEvent(later[0] as string, 3),
    outgoingEvent(others[0] as string, 2),
  );
  await eventually(() => publishedVersions(events, others[0] as string).length === 2);
  await eventually(async () => (await parked()).length === 86);
  assert.deepEqual(sentTo.slice(before), ['meter.events']);
  assert.deepEqual(publishedVersions(events, later[0] as string), []);

  await retryNow();
  await eventually(async () => (await parked()).every(({ parkings }) => parkings === 2));
  assert.equal(alarms(PARKED).length, 2);

  await createTopics(kafka, { 'rate.events': 'state' });
  const rates = await record('rate.events');
  await retryNow();
  await eventually(async () => (await unpublished()).length === 0, 'an empty outbox');
  await eventually(() => [...missing, ...later].every((key) => publishedVersions(rates, key).length === 2));
  for (const key of missing) assert.deepEqual(publishedVersions(rates, key), [1, 2]);
  await arePublished(events, [later[0] as string]);
});

test('parked events of a key are published in order, even if a later one is due first', async (t) => {
  const [key, other] = ids(2) as [string, string];
  await append(outgoingEvent(key, 1), outgoingEvent(key, 2), outgoingEvent(key, 3));
  await database.query(sql`
    update outbox
    set parked_until = now() + case when data ->> 'version' = '1' then interval '1 hour' else '0' end
    where data ->> 'version' in ('1', '2')`);
  startRelay(t);
  for (const version of [1, 2]) {
    await append(outgoingEvent(other, version));
    await eventually(() => publishedVersions(events, other).length === version);
  }
  await areLeft([key, key, key]);

  await retryNow();

  await eventually(() => publishedVersions(events, key).length === 3);
  assert.deepEqual(publishedVersions(events, key), [1, 2, 3]);
});

test('a record that is too large for any request is refused before it is sent', async () => {
  const publisher = await kafka.openPublisher();
  const value = '-'.repeat(17 * 1024 * 1024);
  const records = [{ key: randomUUID(), value, headers: {} }];

  const sending = publisher.publish([{ topic: 'meter.events', records }]).finally(publisher.close);

  await assert.rejects(sending, { name: 'Unpublishable', message: 'The request is too large.' });
});
