import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { type TestContext, test } from 'node:test';
import { createTestDatabase, createTestKafka, eventRecord, eventually, type testLog } from '@repo/testing';
import { type Batch, createConsumer, type Kafka, subscribe } from '../src/index.ts';
import { StockReserved, stockReserved } from './example-events.ts';

const OffsetManager = createRequire(import.meta.url)('kafkajs/src/consumer/offsetManager');

const topics = ['inventory.events'];
const { database } = await createTestDatabase();
const { kafka, publish } = await createTestKafka(['inventory.events']);

const lag = (group: string) => kafka.lag(group, topics);

/** A member of a group of its own that has taken what stands on the topic. */
async function join(t: TestContext, onBatch: (batch: Batch) => Promise<void> = async () => {}) {
  const group = randomUUID();
  const taken: string[] = [];
  const leave = await kafka.consume({
    group,
    topics,
    onBatch: async (batch) => {
      taken.push(...batch.records.map(({ key }) => key));
      await onBatch(batch);
      batch.commit(batch.records);
    },
  });
  t.after(leave);
  await say();
  await eventually(() => taken.length > 0);
  await eventually(async () => (await lag(group)) === 0);
  return { group, taken, leave };
}

async function say(): Promise<string> {
  const orderId = randomUUID();
  await publish([eventRecord(StockReserved, stockReserved(orderId))]);
  return orderId;
}

test('whoever leaves has committed what it had taken', async (t) => {
  const { group, taken, leave } = await join(t);
  const key = await say();
  await eventually(() => taken.includes(key));

  await leave();

  assert.equal(await lag(group), 0);
});

test('whoever leaves while something is in hand commits that too', async (t) => {
  const gate = Promise.withResolvers<void>();
  let isOpen = true;
  const { group, taken, leave } = await join(t, async () => {
    if (!isOpen) await gate.promise;
  });
  isOpen = false;
  const key = await say();
  await eventually(() => taken.includes(key));

  const left = leave();
  gate.resolve();
  await left;

  assert.equal(await lag(group), 0);
});

for (const type of ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']) {
  test(`a consumer whose commit is refused with ${type} joins again, and what it had taken comes again`, async (t) => {
    const { group, taken } = await join(t);
    const refusal = Object.assign(new Error('So says the broker.'), { type });
    const { commitOffsets } = OffsetManager.prototype;
    let membership: object | undefined;
    // kafkajs has one of these for each membership.
    t.mock.method(OffsetManager.prototype, 'commitOffsets', function (this: object, offsets: object) {
      membership ??= this;
      return this === membership ? Promise.reject(refusal) : commitOffsets.call(this, offsets);
    });

    const key = await say();

    await eventually(() => taken.filter((one) => one === key).length === 2);
    await eventually(async () => (await lag(group)) === 0);
  });
}

test('records that come again and again raise an alarm', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const note = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { info() {}, warn() {}, error: note, debug() {} } as unknown as typeof testLog;
  /** Kafka for a member that is always too late. */
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
  const subscriptions = [subscribe(StockReserved, async () => [])];
  const options = { database, log, onCommit: () => {}, stalledAfterMs: 1_500 };
  const consumer = createConsumer({ ...options, kafka: late, group: randomUUID(), subscriptions });
  t.after(consumer.stop);
  consumer.start();
  await say();

  const alarm = await eventually(() => lines.find(({ alarm }) => alarm));
  assert.equal(alarm.message, 'a worker makes no progress');
  assert.match(String(alarm.partitions), /inventory\.events \d/);
});
