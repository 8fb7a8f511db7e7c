import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestKafka, eventRecord, eventually } from '@repo/testing';
import type { Batch } from '../src/index.ts';
import { StockReserved, stockReserved } from './example-events.ts';

const topics = ['inventory.events'];
const { kafka, publish } = await createTestKafka(['inventory.events']);

const keysOf = ({ records }: Batch) => records.map(({ key }) => key);
const say = (orderId: string) => publish([eventRecord(StockReserved, stockReserved(orderId))]);

test('a consumer that its client has ended for good is replaced, and what it had not taken comes again', async () => {
  const orderId = randomUUID();
  const taken: string[] = [];
  let hasFailed = false;
  const leave = await kafka.consume({
    group: 'ended',
    topics,
    onBatch: async (batch) => {
      if (!hasFailed) {
        hasFailed = true;
        throw Object.assign(new Error('No more.'), { name: 'KafkaJSNonRetriableError', retriable: false });
      }
      taken.push(...keysOf(batch));
      batch.commit(batch.records);
    },
  });

  await say(orderId);

  await eventually(() => taken.includes(orderId), { timeoutMs: 30_000 });
  assert.ok(hasFailed);
  await leave();
});
