import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { createTestKafka, eventually, testServers } from '@repo/testing';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes, Kafka } = kafkajs;
const { kafka, namespace } = await createTestKafka(['meter.events']);

test('a batch in a compression that our client cannot read is stored uncompressed, and consumed', async () => {
  const key = randomUUID();
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
    decompress: async () => assert.fail('the broker stores it without compression'),
  });
  const producer = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: 0 }).producer();
  await producer.connect();
  await producer.send({
    topic: `${namespace}meter.events`,
    compression: CompressionTypes.ZSTD,
    messages: [{ key, value: 'x'.repeat(10_000) }],
  });
  await producer.disconnect();

  const keys: string[] = [];
  const leave = await kafka.consume({
    group: randomUUID(),
    topics: ['meter.events'],
    onBatch: async ({ records, commit }) => {
      keys.push(...records.map((record) => record.key));
      commit(records);
    },
  });
  await eventually(() => keys.includes(key));
  await leave();
});
