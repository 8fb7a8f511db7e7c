import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EachBatchPayload } from 'kafkajs';
import { asBatch } from './kafkajs-batch.ts';

/** A part of one record. */
const message = { key: null, value: Buffer.from('{}'), offset: '7', timestamp: '0', headers: {} };
const part = {
  batch: { topic: 'ns.meter.events', partition: 1, messages: [message] },
  heartbeat: async () => {},
} as unknown as EachBatchPayload;
const commits = { note() {}, async finish() {}, forget() {}, assertAccepted() {} };

test('a record without a key, headers or a time can be read', () => {
  const { records } = asBatch([part], 'ns.', commits);
  const [{ topic, offset, key, headers, raw } = assert.fail()] = records;

  assert.deepEqual([topic, offset, key, headers], ['meter.events', 7n, '', {}]);
  assert.deepEqual(raw, { key: null, value: Buffer.from('{}') });
});
