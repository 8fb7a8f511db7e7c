import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { asBatch } from './kafkajs-batch.ts';

/** A batch of one record, whose offset the broker refuses as told. */
function batchRefusedWith(error: Error) {
  const message = { key: null, value: Buffer.from('{}'), offset: '7', timestamp: '0', headers: {} };
  const part = {
    batch: { topic: 'ns.order.events', partition: 1, messages: [message] },
    resolveOffset: () => {},
    heartbeat: async () => {},
    isRunning: () => true,
    isStale: () => false,
  };
  const consumer = { commitOffsets: () => Promise.reject(error) };
  return asBatch([part as unknown as EachBatchPayload], 'ns.', consumer as unknown as Consumer);
}

for (const type of ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS']) {
  test(`a commit that is refused with ${type} hands kafkajs the broker's error, upon which it joins again`, async () => {
    const answered = Object.assign(new Error('So says the broker.'), { type });
    const batch = batchRefusedWith(new Error('Not to be tried again.', { cause: answered }));

    await assert.rejects(batch.commit(batch.records), answered);
  });
}

test('any other error of a commit is passed on as it is', async () => {
  const error = new Error('away');
  const batch = batchRefusedWith(error);

  await assert.rejects(batch.commit(batch.records), error);
});

test('a record without key, value, headers or a time is read as one', () => {
  const { records } = batchRefusedWith(new Error('away'));
  const [{ topic, offset, key, headers, raw } = assert.fail()] = records;

  assert.deepEqual([topic, offset, key, headers], ['order.events', 7n, '', {}]);
  assert.deepEqual(raw, { key: null, value: Buffer.from('{}') });
});
