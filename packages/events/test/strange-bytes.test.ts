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
import { ids, outgoingEvent, StockReserved, stockReserved } from './example-events.ts';

const TOPIC = 'inventory.events';
const { database, migratorUrl } = await createTestDatabase();
const { kafka, publish } = await createTestKafka([TOPIC]);
const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`create table effects (order_id uuid)`);
const group = randomUUID();

function start(t: TestContext, which = { database, group }) {
  const consumer = createConsumer({
    kafka,
    ...which,
    subscriptions: [
      subscribe(StockReserved, async (tx, messages) => {
        await tx.query(sql`
          insert into effects (order_id)
          select unnest(${messages.map(({ data }) => data.orderId)}::uuid[])`);
        return messages.map(({ data }) => outgoingEvent(data.orderId));
      }),
    ],
    log: testLog,
    onCommit: () => {},
  });
  consumer.start();
  t.after(consumer.stop);
}

/** Starts a consumer, and forgets what other tests have left for it. */
async function begin(t: TestContext) {
  start(t);
  await allProcessed();
  await takeLetters();
}

const allProcessed = (of = group) =>
  eventually(async () => (await kafka.lag(of, [TOPIC])) === 0, {
    timeoutMs: 60_000,
    what: 'everything to be processed',
  });

async function hasEffect(orderId: string): Promise<boolean> {
  return (await database.query(sql`select order_id from effects where order_id = ${orderId}`)).length === 1;
}

interface Letter {
  aggregate: string;
  kind: string;
  messageId: string | null;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, HeaderValue>;
  error: string;
}

/** The dead letters that a test has caused, oldest first: each test begins with none. */
async function takeLetters(): Promise<Letter[]> {
  const deadLetters = await database.query(sql<Letter>`
    select aggregate, kind, message_id as "messageId", key, value, headers, error
    from dead_letters
    order by position`);
  await database.query(sql`delete from dead_letters`);
  return deadLetters;
}

type Strange = OutgoingRecord & { topic: typeof TOPIC };

function reserved(orderId: string, change: Partial<OutgoingRecord> = {}): Strange {
  const record = eventRecord(StockReserved, stockReserved(orderId));
  return { ...record, topic: TOPIC, ...change, headers: { ...record.headers, ...change.headers } };
}

const OOPS = '{"oops":';
const NUL = 'a\0b';
const MEGABYTE = 1_000_000;

/** Malformed, each of which Postgres would refuse if it were kept as text. */
const POISONS: [what: string, change: Partial<OutgoingRecord>][] = [
  ['a key that no index takes', { key: randomBytes(2_200).toString('hex') }],
  ['a key of many bytes that are no text', { key: Buffer.alloc(20_000, 0xfe) }],
  ['U+0000 in its key', { key: NUL }],
  ['a key that is not UTF-8', { key: Buffer.from([0xff, 0xfe]) }],
  ['no key', { key: null }],
  ['U+0000 in a header', { headers: { note: NUL } }],
  ['U+0000 in the name of a header', { headers: { [NUL]: 'note' } }],
  ['a header that is not UTF-8', { headers: { note: Buffer.from([0, 0, 0, 0, 0, 0, 4, 0xd2]) } }],
  ['a header that came twice', { headers: { note: ['one', NUL] } }],
  ['a header named as what every object has', { headers: { constructor: 'one', ['__proto__']: 'two' } }],
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
  test(`a malformed event with ${what} is a dead letter, and those after it take effect`, async (t) => {
    const [poison, after] = ids(2) as [string, string];
    await begin(t);

    const record = reserved(poison, { value: OOPS, ...change });
    await publish([record, reserved(after)]);
    await allProcessed();

    assert.ok(await hasEffect(after));
    const [letter, ...more] = await takeLetters();
    assert.deepEqual(more, []);
    assert.equal(letter?.kind, 'malformed');
    assert.deepEqual(letter.key, record.key === null ? null : Buffer.from(record.key));
    assert.deepEqual(letter.value, record.value === null ? null : Buffer.from(record.value));
    for (const [name, value] of Object.entries(record.headers))
      assert.deepEqual(letter.headers[readableBytes(Buffer.from(name))], readable(value));
  });
}

function readable(value: string | Buffer | (string | Buffer)[]): HeaderValue {
  return Array.isArray(value)
    ? value.map((each) => readableBytes(Buffer.from(each)))
    : readableBytes(Buffer.from(value));
}

for (const [what, key] of [
  ['eight bytes of a number', Buffer.from([0, 0, 0, 0, 0, 0, 4, 0xd2])],
  ['a zero byte and more, as of Avro', Buffer.from([0, 1, 2, 3])],
  ['more than any index takes', 'x'.repeat(50_000)],
  ['nothing', null],
] as const) {
  test(`a well-formed event whose key is ${what} takes effect`, async (t) => {
    const [orderId] = ids(1) as [string];
    await begin(t);

    await publish([reserved(orderId, { key })]);
    await allProcessed();

    assert.ok(await hasEffect(orderId));
    assert.deepEqual(await takeLetters(), []);
  });
}

test('keys that differ in bytes which are no text, or far behind, are parked apart', async (t) => {
  const [poison, behind, ...others] = ids(5) as [string, string, ...string[]];
  const long = 'x'.repeat(5_000);
  await begin(t);

  await publish([
    reserved(poison, { key: Buffer.from([0xff]), value: OOPS }),
    reserved(behind, { key: Buffer.from([0xff]) }),
    reserved(poison, { key: `${long}1`, value: OOPS }),
    reserved(others[0] as string, { key: Buffer.from([0xfe]) }),
    reserved(others[1] as string, { key: '\\xff' }),
    reserved(others[2] as string, { key: `${long}2` }),
  ]);
  await allProcessed();

  for (const other of others) assert.ok(await hasEffect(other));
  const deadLetters = await takeLetters();
  assert.deepEqual(deadLetters.map(({ kind }) => kind).sort(), ['behind', 'malformed', 'malformed']);
  assert.ok(!(await hasEffect(behind)));
});

test('a UUID is the same in any case: as an id, and as a key', async (t) => {
  const [orderId, poison] = ids(2) as [string, string];
  const id = randomUUID();
  await begin(t);

  await publish([reserved(orderId, { headers: { ce_id: id.toUpperCase() } })]);
  await allProcessed();
  assert.ok(await hasEffect(orderId));
  await publish([reserved(orderId, { headers: { ce_id: id } })]);
  await publish([reserved(poison, { value: OOPS })]);
  await allProcessed();
  await publish([reserved(poison, { key: poison.toUpperCase() })]);
  await allProcessed();

  const deadLetters = await takeLetters();
  assert.deepEqual(
    deadLetters.map(({ kind, aggregate }) => [kind, aggregate]),
    [
      ['malformed', poison],
      ['behind', poison],
    ],
  );
});

test('records with megabytes of headers that are no text, some of them of no type, hold nobody up', async (t) => {
  const after = ids(5);
  await begin(t);
  const large = (type: string) => ({ big: Buffer.alloc(900_000, 0), ce_type: type });

  for (const orderId of after) {
    const ignored = reserved(randomUUID(), { headers: large('stock.invented') });
    const poison = reserved(randomUUID(), { value: OOPS, headers: large('stock.reserved') });
    // One by one: together in a partition they would be more than it takes at once.
    for (const record of [ignored, poison, reserved(orderId)]) await publish([record]);
  }
  await allProcessed();

  for (const orderId of after) assert.ok(await hasEffect(orderId));
  assert.equal((await takeLetters()).length, after.length);
});

test('a record with ten thousand headers holds nobody up', async (t) => {
  const [poison, after] = ids(2) as [string, string];
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`header-${index}`, 'x']));
  await begin(t);

  await publish([reserved(poison, { value: OOPS, headers: many }), reserved(after)]);
  await allProcessed();

  assert.ok(await hasEffect(after));
  assert.equal(Object.keys((await takeLetters())[0]?.headers ?? {}).length, 10_007);
});

test('a record that cannot be kept whole is kept by its place, with the reasons', async (t) => {
  const own = await createTestDatabase();
  const itsOwner = openDatabase({ url: own.migratorUrl, name: 'test owner', connections: 1 });
  await itsOwner.query(sql`create table effects (order_id uuid)`);
  await itsOwner.query(sql`
    alter table dead_letters add constraint no_values check (value is null)`);
  await itsOwner.close();
  const [poison, after] = ids(2) as [string, string];
  await publish([reserved(poison, { value: OOPS }), reserved(after)]);
  const itsGroup = randomUUID();

  start(t, { database: own.database, group: itsGroup });
  await allProcessed(itsGroup);

  const effects = await own.database.query(sql`select order_id from effects where order_id = ${after}`);
  assert.equal(effects.length, 1);
  const deadLetters = await own.database.query(sql<{ aggregate: string; error: string }>`
    select aggregate, error
    from dead_letters
    where error like 'The value is not JSON.%'`);
  const [letter] = deadLetters;
  assert.match(letter?.aggregate ?? '', /^inventory\.events \d \d+$/);
  assert.match(letter?.error ?? '', /^The value is not JSON\. Only the place .* "no_values"/);
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
    fc.oneof(anyBytes, fc.json({ maxDepth: 3 }), fc.constant('{"orderId":"\\u0000","version":1e400}')),
  ),
  headers: fc.dictionary(anyText, fc.oneof(anyBytes, fc.array(anyBytes, { maxLength: 3 })), { maxKeys: 5 }),
  changes: fc.dictionary(fc.constantFrom('ce_id', 'ce_time', 'ce_subject', 'traceparent'), anyBytes),
});

test('whatever records hold, each ends as a dead letter, and those between them take effect', async (t) => {
  await begin(t);
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 20, maxLength: 40 }), async (given) => {
      const records = given.map(({ key, value, headers, changes }) =>
        reserved(randomUUID(), { key, value, headers: { ...headers, ...changes } }),
      );
      const between = ids(records.length);
      await publish(records.flatMap((record, index) => [record, reserved(between[index] as string)]));
      await allProcessed();

      for (const orderId of between) assert.ok(await hasEffect(orderId));
      const values = (await takeLetters()).map((letter) => letter.value?.toString('hex') ?? 'none');
      const sent = records.map(({ value }) => (value === null ? 'none' : Buffer.from(value).toString('hex')));
      assert.deepEqual(values.sort(), sent.sort());
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

test.after(() => owner.close());
