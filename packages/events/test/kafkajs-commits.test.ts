import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { type TestContext, test } from 'node:test';
import { createTestDatabase, createTestKafka, eventRecord, eventually, type testLog } from '@repo/testing';
import { type Batch, createConsumer, type Kafka, subscribe } from '../src/index.ts';
import { MeterRead, meterData } from './example-events.ts';

const OffsetManager = createRequire(import.meta.url)('kafkajs/src/consumer/offsetManager');

const topics = ['meter.events'];
const { database } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['meter.events']);

const lag = (group: string) => kafka.lag(group, topics);

/** A member of a new group that has received all records of the topic. */
async function join(t: TestContext, onBatch: (batch: Batch) => Promise<void> = async () => {}) {
  const group = randomUUID();
  const received: string[] = [];
  const leave = await kafka.consume({
    group,
    topics,
    onBatch: async (batch) => {
      received.push(...batch.records.map(({ key }) => key));
      await onBatch(batch);
      batch.commit(batch.records);
    },
  });
  t.after(leave);
  await publishEvent();
  await eventually(() => received.length > 0);
  await eventually(async () => (await lag(group)) === 0);
  return { group, received, leave };
}

async function publishEvent(): Promise<string> {
  const meterId = randomUUID();
  await publish([eventRecord(MeterRead, meterData(meterId))]);
  return meterId;
}

test('a member that leaves has committed the offsets of its records', async (t) => {
  const { group, received, leave } = await join(t);
  const key = await publishEvent();
  await eventually(() => received.includes(key));

  await leave();

  assert.equal(await lag(group), 0);
});

test('a member that leaves during a batch commits the offsets of that batch too', async (t) => {
  const gate = Promise.withResolvers<void>();
  let isOpen = true;
  const { group, received, leave } = await join(t, async () => {
    if (!isOpen) await gate.promise;
  });
  isOpen = false;
  const key = await publishEvent();
  await eventually(() => received.includes(key));

  const left = leave();
  gate.resolve();
  await left;

  assert.equal(await lag(group), 0);
});

for (const type of ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']) {
  test(`a consumer whose commit is refused with ${type} joins again, and its records are delivered again`, async (t) => {
    const { group, received } = await join(t);
    const refusal = Object.assign(new Error('refused by the broker'), { type });
    const { commitOffsets } = OffsetManager.prototype;
    let membership: object | undefined;
    // kafkajs has one offset manager for each membership.
    t.mock.method(OffsetManager.prototype, 'commitOffsets', function (this: object, offsets: object) {
      membership ??= this;
      return this === membership ? Promise.reject(refusal) : commitOffsets.call(this, offsets);
    });

    const key = await publishEvent();

    await eventually(() => received.filter((each) => each === key).length === 2);
    await eventually(async () => (await lag(group)) === 0);
  });
}

test('records that are delivered again and again raise an alarm', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { info() {}, warn() {}, error: note, debug() {} } as unknown as typeof testLog;
  /** Kafka for a member whose commits are always too late. */
  const late: Kafka = {
    ...kafka,
    consume: (options) =>
      kafka.consume({
        ...options,
        onBatch: async (batch) => {
          await options.onBatch({ ...batch, commit: () => {} });
          throw Object.assign(new Error('too late'), { type: 'REBALANCE_IN_PROGRESS' });
        },
      }),
  };
  const subscriptions = [subscribe(MeterRead, async () => [])];
  const options = { database, log, onCommit: () => {}, stalledAfterMs: 1_500 };
  const consumer = createConsumer({ ...options, kafka: late, group: randomUUID(), subscriptions });
  t.after(consumer.stop);
  consumer.start();
  await publishEvent();

  const alarm = await eventually(() => lines.find(({ alarm, partitions }) => alarm && partitions));
  assert.equal(alarm.message, 'a worker makes no progress');
  assert.match(String(alarm.partitions), /meter\.events \d/);
});
