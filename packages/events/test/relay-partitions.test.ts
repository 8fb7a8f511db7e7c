import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually as eventuallySoon } from '@repo/testing';
import { Partitioners } from 'kafkajs';
import type { Kafka, OutgoingEvent } from '../src/index.ts';
import { ids, outgoingEvent } from './example-events.ts';
import { createRelayBench, haveHeard, heardVersions, keepingLog } from './relay-bench.ts';

const { database, kafka, alterTopic, record, startRelay, say, unpublished, leaders } =
  await createRelayBench();
const PARTITIONS = 6;
await kafka.createTopics([{ topic: 'product.events', partitions: PARTITIONS, config: {} }]);
const events = await record('inventory.events');
const products = await record('product.events');

beforeEach(() => database.query(sql`delete from outbox`));

const eventually = (condition: () => unknown, what = 'the condition') =>
  eventuallySoon(condition, { timeoutMs: 30_000, what });

const choose = Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: PARTITIONS }, () => ({ leader: 1 })) as never;
const partitionOf = (key: string) =>
  choose({ topic: 'inventory.events', partitionMetadata, message: { key, value: null } });

/** So many keys of one partition. */
function keysOf(partition: number, count: number): string[] {
  const found: string[] = [];
  while (found.length < count) found.push(...ids(1).filter((key) => partitionOf(key) === partition));
  return found;
}

/** Kafka of which one partition accepts nothing: the others accept their part of a batch, which fails as a whole. */
function withoutPartition(partition: number) {
  let isWell = false;
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
            records: records.filter(({ key }) => isWell || partitionOf(String(key)) !== partition),
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
      isWell = true;
    },
  };
}

test('a partition that accepts nothing holds up its own keys alone, and keeps their order', async (t) => {
  const [stuck, others] = [keysOf(3, 40), [0, 1, 2, 4, 5].flatMap((partition) => keysOf(partition, 4))];
  const { log, lines } = keepingLog();
  const broken = withoutPartition(3);
  // More than a batch of them stands at the head.
  await say(
    ...stuck.flatMap((key) => [outgoingEvent(key, 1), outgoingEvent(key, 2)]),
    ...others.map((key) => outgoingEvent(key, 1)),
  );
  startRelay(t, { log, kafka: broken.kafka, batchSize: 10 });
  await haveHeard(events, others);
  const [leader] = await leaders();

  for (let version = 2; version <= 20; version++)
    await say(...others.map((key) => outgoingEvent(key, version)));
  const late = keysOf(3, 5);
  await say(...late.map((key) => outgoingEvent(key, 1)));
  const versions = Array.from({ length: 20 }, (_, index) => index + 1);
  await eventually(async () => (await unpublished()).every((key) => partitionOf(key) === 3), 'the others');
  await eventually(() => others.every((key) => heardVersions(events, key).length === versions.length));
  for (const key of others) assert.deepEqual(heardVersions(events, key), versions);

  await eventually(() => broken.refusals() > 3, 'some retries');
  const repeats = events.filter(({ key }) => others.includes(key)).length - others.length * versions.length;
  assert.ok(repeats <= 10, `${repeats} events of other partitions were repeated`);
  assert.deepEqual(await leaders(), [leader]);
  assert.equal((await unpublished()).length, stuck.length * 2 + late.length);
  assert.equal(lines.filter(({ message }) => message === 'partition unavailable; retrying').length, 1);

  broken.heal();
  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await haveHeard(events, [...stuck, ...late]);
  await eventually(() => stuck.every((key) => heardVersions(events, key).length === 2));
  for (const key of stuck) assert.deepEqual(heardVersions(events, key), [1, 2]);
  assert.deepEqual(await leaders(), [leader]);
});

test('a topic that accepts nothing, with more than a batch at its head, holds up no other topic', async (t) => {
  const stands = (sku: string, version: number): OutgoingEvent => ({
    ...outgoingEvent(sku, version),
    topic: 'product.events',
  });
  const [skus, orders] = [ids(300), ids(20)];
  // What is listed now is already too old.
  await alterTopic('product.events', { 'message.timestamp.before.max.ms': '0' });
  await say(...[1, 2].flatMap((version) => skus.map((sku) => stands(sku, version))));
  await say(...orders.map((key) => outgoingEvent(key)));
  startRelay(t);

  await haveHeard(events, orders);
  const later = ids(20);
  await say(...later.map((key) => stands(key, 1)), ...later.map((key) => outgoingEvent(key)));
  const more = ids(20);
  await say(...more.map((key) => outgoingEvent(key)));
  await haveHeard(events, more);
  const left = await unpublished();
  assert.ok(left.length >= 600, `${left.length} are left`);
  assert.deepEqual(products, []);

  await alterTopic('product.events', { 'message.timestamp.before.max.ms': '9223372036854775807' });
  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await haveHeard(products, [...skus, ...later]);
  for (const sku of skus) assert.deepEqual(heardVersions(products, sku), [1, 2]);
  await haveHeard(events, later);
});

test('a parked event whose partition accepts nothing waits with it, and in its order', async (t) => {
  const [key = ''] = keysOf(2, 1);
  const other = randomUUID();
  const broken = withoutPartition(2);
  await say(outgoingEvent(key, 1), outgoingEvent(key, 2));
  await database.query(sql`update outbox set parked_until = now() where data ->> 'version' = '1'`);
  startRelay(t, { kafka: broken.kafka });
  await eventually(() => broken.refusals() > 1, 'some retries');
  await say(outgoingEvent(key, 3), ...(partitionOf(other) === 2 ? [] : [outgoingEvent(other)]));
  assert.deepEqual(heardVersions(events, key), []);

  broken.heal();

  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await eventually(() => heardVersions(events, key).length === 3);
  assert.deepEqual(heardVersions(events, key), [1, 2, 3]);
});

test('the connection of the lead may end while a partition is paused', async (t) => {
  const [key = ''] = keysOf(1, 1);
  const broken = withoutPartition(1);
  await say(outgoingEvent(key, 1), outgoingEvent(key, 2));
  startRelay(t, { kafka: broken.kafka });
  await eventually(() => broken.refusals() > 1, 'some retries');
  const [before] = await leaders();
  await database.query(sql`select pg_terminate_backend(${before})`);
  await eventually(async () => {
    const [leader] = await leaders();
    return leader !== undefined && leader !== before;
  }, 'another lead');

  broken.heal();

  await eventually(async () => (await unpublished()).length === 0, 'the outbox to be empty');
  await eventually(() => heardVersions(events, key).length === 2);
  assert.deepEqual(heardVersions(events, key), [1, 2]);
});
