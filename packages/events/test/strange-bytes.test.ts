import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { openDatabase, sql } from '@repo/postgres';
import { createTestDatabase, createTestKafka, eventRecord, eventually, testLog } from '@repo/testing';
import fc from 'fast-check';
import {
  createConsumer,
  type HeaderValue,
  type OutgoingRecord,
  readableBytes,
  subscribe,
} from '../src/index.ts';
import { ids, MeterRead, meterData, outgoingEvent } from './example-events.ts';

const TOPIC = 'meter.events';
const { database, migratorUrl } = await createTestDatabase();
const { kafka, publish } = await createTestKafka([TOPIC]);
const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`create table effects (meter_id uuid)`);
const group = randomUUID();

function start(t: TestContext, which = { database, group }) {
  const consumer = createConsumer({
    kafka,
    ...which,
    subscriptions: [
      subscribe(MeterRead, async (tx, messages) => {
        await tx.query(sql`
          insert into effects (meter_id)
          select unnest(${messages.map(({ data }) => data.meterId)}::uuid[])`);
        return messages.map(({ data }) => outgoingEvent(data.meterId));
      }),
    ],
    log: testLog,
    onCommit: () => {},
  });
  consumer.start();
  t.after(consumer.stop);
}

/** Starts a consumer, and deletes the dead letters of other tests. */
async function begin(t: TestContext) {
  start(t);
  await allProcessed();
  await removeDeadLetters();
}

const allProcessed = (of = group) =>
  eventually(async () => (await kafka.lag(of, [TOPIC])) === 0, {
    timeoutMs: 60_000,
    what: 'everything to be processed',
  });

async function hasEffect(meterId: string): Promise<boolean> {
  return (await database.query(sql`select meter_id from effects where meter_id = ${meterId}`)).length === 1;
}

interface Row {
  aggregate: string;
  kind: string;
  messageId: string | null;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, HeaderValue>;
  error: string;
}

/** Returns the dead letters of a test, oldest first, and deletes them: each test begins with none. */
async function removeDeadLetters(): Promise<Row[]> {
  const deadLetters = await database.query(sql<Row>`
    select aggregate, kind, message_id as "messageId", key, value, headers, error
    from dead_letters
    order by position`);
  await database.query(sql`delete from dead_letters`);
  return deadLetters;
}

type Strange = OutgoingRecord & { topic: typeof TOPIC };

function read(meterId: string, change: Partial<OutgoingRecord> = {}): Strange {
  const record = eventRecord(MeterRead, meterData(meterId));
  return { ...record, topic: TOPIC, ...change, headers: { ...record.headers, ...change.headers } };
}

const OOPS = '{"oops":';
const NUL = 'a\0b';
const MEGABYTE = 1_000_000;

/** Changes to a malformed event. Kept as text, Postgres would refuse each. */
const POISONS: [what: string, change: Partial<OutgoingRecord>][] = [
  ['a key too long for an index', { key: randomBytes(2_200).toString('hex') }],
  ['a key of many bytes that are not UTF-8', { key: Buffer.alloc(20_000, 0xfe) }],
  ['U+0000 in its key', { key: NUL }],
  ['a key that is not UTF-8', { key: Buffer.from([0xff, 0xfe]) }],
  ['no key', { key: null }],
  ['U+0000 in a header', { headers: { note: NUL } }],
  ['U+0000 in the name of a header', { headers: { [NUL]: 'note' } }],
  ['a header that is not UTF-8', { headers: { note: Buffer.from([0, 0, 0, 0, 0, 0, 4, 0xd2]) } }],
  ['a header with two values', { headers: { note: ['one', NUL] } }],
  [
    'headers named like properties of every object',
    { headers: { constructor: 'one', ['__proto__']: 'two' } },
  ],
  ['an id with U+0000', { headers: { ce_id: NUL } }],
  ['an id of many characters', { headers: { ce_id: 'x'.repeat(100_000) } }],
  ['a subject with U+0000', { headers: { ce_subject: NUL } }],
  ['a time with U+0000', { headers: { ce_time: NUL } }],
  ['U+0000 in its value', { value: NUL }],
  ['a value that is not UTF-8', { value: Buffer.from([0xc3]) }],
  ['no value', { value: null }],
  ['a value of a megabyte', { value: `"${'x'.repeat(MEGABYTE)}` }],
  ['a value that nests deep', { value: '['.repeat(200_000) }],
];

for (const [what, change] of POISONS) {
  test(`a malformed event with ${what} becomes a dead letter, and later events take effect`, async (t) => {
    const [poison, after] = ids(2) as [string, string];
    await begin(t);

    const record = read(poison, { value: OOPS, ...change });
    await publish([record, read(after)]);
    await allProcessed();

    assert.ok(await hasEffect(after));
    const [deadLetter, ...more] = await removeDeadLetters();
    assert.deepEqual(more, []);
    assert.equal(deadLetter?.kind, 'malformed');
    assert.deepEqual(deadLetter.key, record.key === null ? null : Buffer.from(record.key));
    assert.deepEqual(deadLetter.value, record.value === null ? null : Buffer.from(record.value));
    for (const [name, value] of Object.entries(record.headers))
      assert.deepEqual(deadLetter.headers[readableBytes(Buffer.from(name))], readable(value));
  });
}

function readable(value: string | Buffer | (string | Buffer)[]): HeaderValue {
  return Array.isArray(value)
    ? value.map((each) => readableBytes(Buffer.from(each)))
    : readableBytes(Buffer.from(value));
}

for (const [what, key] of [
  ['eight bytes of a number', Buffer.from([0, 0, 0, 0, 0, 0, 4, 0xd2])],
  ['bytes that begin with zero, as in Avro', Buffer.from([0, 1, 2, 3])],
  ['too long for an index', 'x'.repeat(50_000)],
  ['null', null],
] as const) {
  test(`a well-formed event whose key is ${what} takes effect`, async (t) => {
    const [meterId] = ids(1) as [string];
    await begin(t);

    await publish([read(meterId, { key })]);
    await allProcessed();

    assert.ok(await hasEffect(meterId));
    assert.deepEqual(await removeDeadLetters(), []);
  });
}

test('keys that differ only in bytes that are not UTF-8, or after thousands of characters, are parked separately', async (t) => {
  const [poison, behind, ...others] = ids(5) as [string, string, ...string[]];
  const long = 'x'.repeat(5_000);
  await begin(t);

  await publish([
    read(poison, { key: Buffer.from([0xff]), value: OOPS }),
    read(behind, { key: Buffer.from([0xff]) }),
    read(poison, { key: `${long}1`, value: OOPS }),
    read(others[0] as string, { key: Buffer.from([0xfe]) }),
    read(others[1] as string, { key: '\\xff' }),
    read(others[2] as string, { key: `${long}2` }),
  ]);
  await allProcessed();

  for (const other of others) assert.ok(await hasEffect(other));
  const deadLetters = await removeDeadLetters();
  assert.deepEqual(deadLetters.map(({ kind }) => kind).sort(), ['behind', 'malformed', 'malformed']);
  assert.ok(!(await hasEffect(behind)));
});

test('a UUID is the same in any case: as an id, and as a key', async (t) => {
  const [meterId, poison] = ids(2) as [string, string];
  const id = randomUUID();
  await begin(t);

  await publish([read(meterId, { headers: { ce_id: id.toUpperCase() } })]);
  await allProcessed();
  assert.ok(await hasEffect(meterId));
  await publish([read(meterId, { headers: { ce_id: id } })]);
  await publish([read(poison, { value: OOPS })]);
  await allProcessed();
  await publish([read(poison, { key: poison.toUpperCase() })]);
  await allProcessed();

  const deadLetters = await removeDeadLetters();
  assert.deepEqual(
    deadLetters.map(({ kind, aggregate }) => [kind, aggregate]),
    [
      ['malformed', poison],
      ['behind', poison],
    ],
  );
});

test('records with megabytes of binary headers, some of an unknown type, do not delay other events', async (t) => {
  const after = ids(5);
  await begin(t);
  const large = (type: string) => ({ big: Buffer.alloc(900_000, 0), ce_type: type });

  for (const meterId of after) {
    const ignored = read(randomUUID(), { headers: large('meter.invented') });
    const poison = read(randomUUID(), { value: OOPS, headers: large('meter.read') });
    // One by one: together they would exceed the request limit of a partition.
    for (const record of [ignored, poison, read(meterId)]) await publish([record]);
  }
  await allProcessed();

  for (const meterId of after) assert.ok(await hasEffect(meterId));
  assert.equal((await removeDeadLetters()).length, after.length);
});

test('a record with ten thousand headers does not delay other events', async (t) => {
  const [poison, after] = ids(2) as [string, string];
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`header-${index}`, 'x']));
  await begin(t);

  await publish([read(poison, { value: OOPS, headers: many }), read(after)]);
  await allProcessed();

  assert.ok(await hasEffect(after));
  assert.equal(Object.keys((await removeDeadLetters())[0]?.headers ?? {}).length, 10_007);
});

test('of a record that cannot be kept whole, its topic, partition, offset and the reasons are kept', async (t) => {
  const own = await createTestDatabase();
  const itsOwner = openDatabase({ url: own.migratorUrl, name: 'test owner', connections: 1 });
  await itsOwner.query(sql`create table effects (meter_id uuid)`);
  await itsOwner.query(sql`
    alter table dead_letters add constraint no_values check (value is null)`);
  await itsOwner.close();
  const [poison, after] = ids(2) as [string, string];
  await publish([read(poison, { value: OOPS }), read(after)]);
  const itsGroup = randomUUID();

  start(t, { database: own.database, group: itsGroup });
  await allProcessed(itsGroup);

  const effects = await own.database.query(sql`select meter_id from effects where meter_id = ${after}`);
  assert.equal(effects.length, 1);
  const deadLetters = await own.database.query(sql<{ aggregate: string; error: string }>`
    select aggregate, error
    from dead_letters
    where error like 'The value is not JSON.%'`);
  const [deadLetter] = deadLetters;
  assert.match(deadLetter?.aggregate ?? '', /^meter\.events \d \d+$/);
  assert.match(
    deadLetter?.error ?? '',
    /^The value is not JSON\. Only its topic, partition and offset .* "no_values"/,
  );
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom(NUL, '', 'null', '\\x00', 'x'.repeat(3_000), '\ud800', '\u202e', "' or 1 = 1 --"),
);
const anyBytes = fc.oneof(
  anyText,
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);
const anyRecord = fc.record({
  key: fc.option(anyBytes),
  value: fc.option(
    fc.oneof(anyBytes, fc.json({ maxDepth: 3 }), fc.constant('{"meterId":"\\u0000","version":1e400}')),
  ),
  headers: fc.dictionary(anyText, fc.oneof(anyBytes, fc.array(anyBytes, { maxLength: 3 })), { maxKeys: 5 }),
  changes: fc.dictionary(fc.constantFrom('ce_id', 'ce_time', 'ce_subject', 'traceparent'), anyBytes),
});

test('records of any bytes become dead letters, and the events between them take effect', async (t) => {
  await begin(t);
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 20, maxLength: 40 }), async (given) => {
      const records = given.map(({ key, value, headers, changes }) =>
        read(randomUUID(), { key, value, headers: { ...headers, ...changes } }),
      );
      const between = ids(records.length);
      await publish(records.flatMap((record, index) => [record, read(between[index] as string)]));
      await allProcessed();

      for (const meterId of between) assert.ok(await hasEffect(meterId));
      const values = (await removeDeadLetters()).map(
        (deadLetter) => deadLetter.value?.toString('hex') ?? 'none',
      );
      const sent = records.map(({ value }) => (value === null ? 'none' : Buffer.from(value).toString('hex')));
      assert.deepEqual(values.sort(), sent.sort());
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

test.after(() => owner.close());
