import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestKafka, eventRecord, eventually, testServers } from '@repo/testing';
import kafkajs from 'kafkajs';
import { ids, MeterRead, meterData } from './example-events.ts';

const topics = ['meter.events'];
const { kafka, namespace, publish } = await createTestKafka(['meter.events']);

test('the partitions that a topic gains after a consumer joined are consumed too', async (t) => {
  const admin = new kafkajs.Kafka({ brokers: testServers().kafkaBrokers, logLevel: 0 }).admin();
  await admin.connect();
  t.after(admin.disconnect);
  const [group, meterIds] = [randomUUID(), ids(60)];
  const received = new Set<string>();
  async function join() {
    const leave = await kafka.consume({
      group,
      topics,
      onBatch: async ({ records, commit }) => {
        for (const { key } of records) received.add(key);
        commit(records);
      },
    });
    t.after(leave);
    return leave;
  }
  await join();

  const topicPartitions = [{ topic: `${namespace}meter.events`, count: 20 }];
  await admin.createPartitions({ topicPartitions });
  await eventually(async () => (await kafka.endOffsets(topics))['meter.events']?.length === 20);
  // The group assigns the new partitions when another member joins; after that one has left, the first has them all.
  const leave = await join();
  await leave();
  await publish(meterIds.map((id) => eventRecord(MeterRead, meterData(id))));

  await eventually(() => meterIds.every((id) => received.has(id)));
});
