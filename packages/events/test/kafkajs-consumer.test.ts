import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestKafka, eventRecord, eventually } from '@repo/testing';
import type { Batch } from '../src/index.ts';
import { MeterRead, meterData } from './example-events.ts';

const topics = ['meter.events'];
const { kafka, publish } = await createTestKafka(['meter.events']);

const keysOf = ({ records }: Batch) => records.map(({ key }) => key);
const publishEvent = (meterId: string) => publish([eventRecord(MeterRead, meterData(meterId))]);

test('a consumer that its client has ended permanently is replaced, and its unprocessed records are delivered again', async () => {
  const meterId = randomUUID();
  const received: string[] = [];
  let hasFailed = false;
  const leave = await kafka.consume({
    group: 'ended',
    topics,
    onBatch: async (batch) => {
      if (!hasFailed) {
        hasFailed = true;
        throw Object.assign(new Error('No more.'), { name: 'KafkaJSNonRetriableError', retriable: false });
      }
      received.push(...keysOf(batch));
      batch.commit(batch.records);
    },
  });

  await publishEvent(meterId);

  await eventually(() => received.includes(meterId), { timeoutMs: 30_000 });
  assert.ok(hasFailed);
  await leave();
});
