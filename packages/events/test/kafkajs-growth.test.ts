import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestKafka, eventRecord, eventually, testServers } from '@repo/testing';
import kafkajs from 'kafkajs';
import { ids, StockReserved, stockReserved } from './example-events.ts';

const topics = ['inventory.events'];
const { kafka, namespace, publish } = await createTestKafka(['inventory.events']);

test('a topic that has grown since a consumer joined is consumed whole', async (t) => {
  const admin = new kafkajs.Kafka({ brokers: testServers().kafkaBrokers, logLevel: 0 }).admin();
  await admin.connect();
  t.after(admin.disconnect);
  const [group, orderIds] = [randomUUID(), ids(60)];
  const taken = new Set<string>();
  async function join() {
    const leave = await kafka.consume({
      group,
      topics,
      onBatch: async ({ records, commit }) => {
        for (const { key } of records) taken.add(key);
        commit(records);
      },
    });
    t.after(leave);
    return leave;
  }
  await join();

  const topicPartitions = [{ topic: `${namespace}inventory.events`, count: 20 }];
  await admin.createPartitions({ topicPartitions });
  await eventually(async () => (await kafka.endOffsets(topics))['inventory.events']?.length === 20);
  // The new partitions are dealt as soon as another one joins the group; when that has left, the first has them all.
  const leave = await join();
  await leave();
  await publish(orderIds.map((id) => eventRecord(StockReserved, stockReserved(id))));

  await eventually(() => orderIds.every((id) => taken.has(id)));
});
