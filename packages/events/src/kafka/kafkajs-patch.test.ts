import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { type TestContext, test } from 'node:test';

// The defects of kafkajs that patches/kafkajs@2.2.4.patch fixes: decision 006 explains why.
const require = createRequire(import.meta.url);
const RequestQueue = require('kafkajs/src/network/requestQueue');

const logger = { debug() {}, warn() {} };
const settings = {
  maxInFlightRequests: null,
  requestTimeout: 1_000,
  clientId: 'test',
  broker: 'b:1',
  logger,
};

/** A request that records when it is sent. */
function request(correlationId: number, sent: number[]) {
  const entry = { correlationId, resolve() {}, reject() {} };
  return { entry, expectResponse: true, sendRequest: () => void sent.push(correlationId) };
}

/** Collects the timers that are set; the test calls them. */
function holdTimers(t: TestContext) {
  const timers: { call: () => void; milliseconds: number }[] = [];
  t.mock.timers.enable({ apis: ['Date'] });
  t.mock.method(globalThis, 'setTimeout', (call: () => void, milliseconds: number) =>
    timers.push({ call, milliseconds }),
  );
  return timers;
}

test('a connection without pending requests sets no timer', (t) => {
  const timers = holdTimers(t);
  const queue = new RequestQueue(settings);

  queue.push(request(1, []));
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });

  assert.deepEqual(timers, []);
});

test('a throttled request is sent when the throttle time is over, and no timer is left', (t) => {
  const timers = holdTimers(t);
  const queue = new RequestQueue(settings);
  const sent: number[] = [];

  queue.maybeThrottle(500);
  queue.push(request(1, sent));
  const [{ call, milliseconds } = assert.fail()] = timers;
  assert.deepEqual([sent, milliseconds], [[], 500]);
  t.mock.timers.setTime(501);
  call();

  assert.deepEqual([sent, timers.length], [[1], 1]);
});

test('requests beyond the limit of requests in flight are sent later', () => {
  const queue = new RequestQueue({ ...settings, maxInFlightRequests: 1 });
  const sent: number[] = [];

  for (const id of [1, 2, 3]) queue.push(request(id, sent));
  assert.deepEqual(sent, [1]);
  for (const correlationId of [1, 2, 3]) queue.fulfillRequest({ correlationId, payload: null, size: 0 });

  assert.deepEqual(sent, [1, 2, 3]);
  assert.equal(queue.pending.length, 0);
  queue.destroy();
});

const Record = require('kafkajs/src/protocol/recordBatch/record/v0');
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');

/** Encodes a batch of one record, in memory that is filled with one byte before anything is written. */
async function encode(t: TestContext, record: object, memory: number): Promise<string> {
  const allocate = (size: number) => Buffer.alloc(size, memory);
  const allocated = t.mock.method(Buffer, 'allocUnsafe', allocate);
  const records = [Record({ offsetDelta: 1, timestampDelta: 300, ...record })];
  const { buffer } = await RecordBatch({ firstTimestamp: 1, maxTimestamp: 301, producerId: 5, records });
  assert.ok(allocated.mock.callCount() > 0, 'The memory was zeroed.');
  allocated.mock.restore();
  return buffer.toString('hex');
}

const texts = [
  '',
  'é',
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(8_191),
  'x'.repeat(8_192),
  'x'.repeat(20_000),
];
const headerSets = [
  {},
  { one: 'x' },
  { many: ['x', 'y', 'x'.repeat(300)] },
  Object.fromEntries(texts.map((text) => [text, text])),
  Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`header-${index}`, Buffer.alloc(index)])),
];
const corpus = [null, ...texts, Buffer.from([0, 255])].flatMap((value) =>
  headerSets.map((headers) => ({ key: value, value, headers })),
);

/** The SHA-256 of these records as the unpatched kafkajs 2.2.4 encodes them. */
const UNPATCHED = '8ecf2f583de6a48e468774cd9d5fe24e5a23befc096a81420cea6cec514bb03a';

test('the patch does not change the bytes that are sent, whatever the memory held before', async (t) => {
  const sent = createHash('sha256');
  for (const record of corpus) {
    const bytes = await encode(t, record, 0xff);
    assert.equal(bytes, await encode(t, record, 0));
    sent.update(bytes);
  }
  assert.equal(sent.digest('hex'), UNPATCHED);
});
