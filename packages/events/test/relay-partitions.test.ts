import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually as eventuallySoon } from '@repo/testing';
import { Partitioners } from 'kafkajs';
import type { Kafka, OutgoingEvent } from '../src/index.ts';
import { ids, outgoingEvent } from './example-events.ts';
import { arePublished, createRelayBench, keepingLog, publishedVersions } from './relay-bench.ts';

const { database, kafka, alterTopic, record, startRelay, append, unpublished, leaders } =
  await createRelayBench();
const PARTITIONS = 6;
await kafka.createTopics([{ topic: 'rate.events', partitions: PARTITIONS, config: {} }]);
const events = await record('meter.events');
const rates = await record('rate.events');

beforeEach(() => database.query(sql`delete from outbox`));

const eventually = (condition: () => unknown, what = 'the condition') =>
  eventuallySoon(condition, { timeoutMs: 30_000, what });

const choose = Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: PARTITIONS }, () => ({ leader: 1 })) as never;
const partitionOf = (key: string) =>
  choose({ topic: 'meter.events', partitionMetadata, message: { key, value: null } });

/** Keys of one partition. */
function keysOf(partition: number, count: number): string[] {
  const found: string[] = [];
  while (found.length < count) found.push(...ids(1).filter((key) => partitionOf(key) === partition));
  return found;
}

/** Kafka with one partition that accepts nothing: the others accept their part of a batch, and the batch fails. */
function withoutPartition(partition: number) {
  let isHealthy = false;
  let refusals = 0;
  const one: Kafka = {
    ...kafka,
    async openPublisher() {
      const publisher = await kafka.openPublisher();
      return {
        ...publisher,
        async publish(batches, at) {
          const accepted = batches.map(({ topic, records }) => ({
            topic,
            records: records.filter(({ key }) => isHealthy || partitionOf(String(key)) !== partition),
          }));
          await publisher.publish(accepted, at);
          if (batches.every(({ records }, index) => records.length === accepted[index]?.records.length))
            return;
          refusals++;
          throw new Error('Messages are rejected since there are fewer in-sync replicas than required');
        },
      };
    },
  };
  return {
    kafka: one,
    refusals: () => refusals,
    heal: () => {
      isHealthy = true;
    },
  };
}

test('a partition that accepts nothing delays only its own keys, and keeps their order', async (t) => {
  const [stuck, others] = [keysOf(3, 40), [0, 1, 2, 4, 5].flatMap((partition) => keysOf(partition, 4))];
  const { log, lines } = keepingLog();
  const broken = withoutPartition(3);
  // They fill more than a batch at the head of the outbox.
  await append(
    ...stuck.flatMap((key) => [outgoingEvent(key, 1), outgoingEvent(key, 2)]),
    ...others.map((key) => outgoingEvent(key, 1)),
  );
  startRelay(t, { log, kafka: broken.kafka, batchSize: 10 });
  await arePublished(events, others);
  const [leader] = await leaders();

  for (let version = 2; version <= 20; version++)
    await append(...others.map((key) => outgoingEvent(key, version)));
  const late = keysOf(3, 5);
  await append(...late.map((key) => outgoingEvent(key, 1)));
  const versions = Array.from({ length: 20 }, (_, index) => index + 1);
  await eventually(async () => (await unpublished()).every((key) => partitionOf(key) === 3), 'the others');
  await eventually(() => others.every((key) => publishedVersions(events, key).length === versions.length));
  for (const key of others) assert.deepEqual(publishedVersions(events, key), versions);

  await eventually(() => broken.refusals() > 3, 'some retries');
  const repeats = events.filter(({ key }) => others.includes(key)).length - others.length * versions.length;
  assert.ok(repeats <= 10, `${repeats} events of other partitions were repeated`);
  assert.deepEqual(await leaders(), [leader]);
  assert.equal((await unpublished()).length, stuck.length * 2 + late.length);
  assert.equal(lines.filter(({ message }) => message === 'partition unavailable; retrying').length, 1);

  broken.heal();
  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await arePublished(events, [...stuck, ...late]);
  await eventually(() => stuck.every((key) => publishedVersions(events, key).length === 2));
  for (const key of stuck) assert.deepEqual(publishedVersions(events, key), [1, 2]);
  assert.deepEqual(await leaders(), [leader]);
});

test('a topic that accepts nothing, with more than a batch at its head, delays no other topic', async (t) => {
  const rate = (rateId: string, version: number): OutgoingEvent => ({
    ...outgoingEvent(rateId, version),
    topic: 'rate.events',
  });
  const [rateIds, meterIds] = [ids(300), ids(20)];
  // Every row is already too old when it is listed.
  await alterTopic('rate.events', { 'message.timestamp.before.max.ms': '0' });
  await append(...[1, 2].flatMap((version) => rateIds.map((rateId) => rate(rateId, version))));
  await append(...meterIds.map((key) => outgoingEvent(key)));
  startRelay(t);

  await arePublished(events, meterIds);
  const later = ids(20);
  await append(...later.map((key) => rate(key, 1)), ...later.map((key) => outgoingEvent(key)));
  const more = ids(20);
  await append(...more.map((key) => outgoingEvent(key)));
  await arePublished(events, more);
  const left = await unpublished();
  assert.ok(left.length >= 600, `${left.length} are left`);
  assert.deepEqual(rates, []);

  await alterTopic('rate.events', { 'message.timestamp.before.max.ms': '9223372036854775807' });
  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await arePublished(rates, [...rateIds, ...later]);
  for (const rateId of rateIds) assert.deepEqual(publishedVersions(rates, rateId), [1, 2]);
  await arePublished(events, later);
});

test('a parked event whose partition accepts nothing waits with the partition, and in order', async (t) => {
  const [key = ''] = keysOf(2, 1);
  const other = randomUUID();
  const broken = withoutPartition(2);
  await append(outgoingEvent(key, 1), outgoingEvent(key, 2));
  await database.query(sql`update outbox set parked_until = now() where data ->> 'version' = '1'`);
  startRelay(t, { kafka: broken.kafka });
  await eventually(() => broken.refusals() > 1, 'some retries');
  await append(outgoingEvent(key, 3), ...(partitionOf(other) === 2 ? [] : [outgoingEvent(other)]));
  assert.deepEqual(publishedVersions(events, key), []);

  broken.heal();

  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await eventually(() => publishedVersions(events, key).length === 3);
  assert.deepEqual(publishedVersions(events, key), [1, 2, 3]);
});

test('the leader may lose its connection while a partition is paused', async (t) => {
  const [key = ''] = keysOf(1, 1);
  const broken = withoutPartition(1);
  await append(outgoingEvent(key, 1), outgoingEvent(key, 2));
  startRelay(t, { kafka: broken.kafka });
  await eventually(() => broken.refusals() > 1, 'some retries');
  const [before] = await leaders();
  await database.query(sql`select pg_terminate_backend(${before})`);
  await eventually(async () => {
    const [leader] = await leaders();
    return leader !== undefined && leader !== before;
  }, 'another leader');

  broken.heal();

  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await eventually(() => publishedVersions(events, key).length === 2);
  assert.deepEqual(publishedVersions(events, key), [1, 2]);
});
