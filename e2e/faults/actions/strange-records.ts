import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@repo/events';
import type { Topic } from '@repo/events/event-type';
import type { ServiceName } from '@repo/stack/topology';
import fc from 'fast-check';
import { POISON } from '../../audit/topics.ts';
import { consumersOf } from '../../services/active-parts.ts';

/** A record that no service can process, and the services whose dead letter it becomes: none, where its type is unknown. */
export interface StrangeRecord {
  topic: Topic;
  record: OutgoingRecord;
  consumers: ServiceName[];
}

const TYPES: [type: string, topic: Topic][] = [
  ['order.cancelled', 'order.events'],
  ['order.confirmed', 'order.events'],
  ['stock.reserved', 'inventory.events'],
  ['payment.captured', 'payment.events'],
  ['product.listed', 'product.events'],
  ['order.eaten', 'order.events'],
];

/** Almost the largest record that a broker accepts: the rest is for headers. */
const LARGEST = 1_000_000;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'a\0b', '\0', '\\x00', 'null', '\ud800', '\u202e\u0007', 'x'.repeat(3_000), "'; --"),
);
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some)),
  fc.constantFrom(Buffer.from([0, 0, 0, 0, 0, 0, 4, 0xd2]), Buffer.alloc(5_000, 0xfe)),
);
/** Valid JSON with values that no column can hold. */
const tooMuch = fc.constantFrom(
  `{"orderId":"${randomUUID()}","version":1e400}`,
  `{"orderId":"${randomUUID()}","version":-9007199254740993,"paymentId":"a\\u0000b"}`,
  '{"sku":"STRANGE","version":9007199254740991,"name":"a\\u0000b","priceCents":1,"currency":"EUR","metadata":{},"listedAt":"2026-01-01T00:00:00.000Z"}',
);
const deep = fc.integer({ min: 1, max: 400_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
const large = fc.integer({ min: 0, max: LARGEST / 2 }).map((size) => Buffer.alloc(size, 0xc3));
const value = fc.oneof(
  { weight: 6, arbitrary: bytes },
  { weight: 4, arbitrary: fc.json() },
  { weight: 2, arbitrary: tooMuch },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: large },
);
const many = fc
  .integer({ min: 1, max: 5_000 })
  .map((count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, 'x'])));
const headers = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.dictionary(text, fc.oneof(bytes, fc.array(bytes, { maxLength: 3 })), { maxKeys: 4 }),
  },
  { weight: 1, arbitrary: many },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: LARGEST / 2 }).map((size) => ({ big: Buffer.alloc(size, 0) })),
  },
);
/** The attributes that every event has, some of them with values that they should not have. */
const about = fc.record(
  { ce_id: bytes, ce_time: bytes, ce_subject: bytes, traceparent: bytes, ce_source: bytes },
  { requiredKeys: [] },
);

const strangeRecord = fc
  .tuple(fc.constantFrom(...TYPES), fc.option(bytes), fc.option(value), headers, about)
  .map(([[type, topic], key, itsValue, others, changes]): StrangeRecord => {
    const usual = {
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_source: '/order',
      ce_subject: randomUUID(),
    };
    const itsHeaders = { ...others, ...usual, ce_time: new Date().toISOString(), ...changes };
    return {
      topic,
      consumers: consumersOf(type),
      // A compacted topic accepts no record without a key.
      record: {
        key: topic === 'product.events' ? (key ?? 'STRANGE') : key,
        value: itsValue,
        headers: { ...itsHeaders, ce_type: type, [POISON]: randomUUID() },
      },
    };
  });

/** Records as strange as Kafka accepts them: the same for the same seed, except for ids and times. */
export function strangeRecords(seed: number, count: number): StrangeRecord[] {
  return fc.sample(strangeRecord, { seed, numRuns: count });
}

/** Keys of any bytes, for events that are otherwise well-formed. */
export function strangeKeys(seed: number, count: number): (string | Buffer)[] {
  return fc.sample(bytes, { seed, numRuns: count });
}
