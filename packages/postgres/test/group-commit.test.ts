import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PACE } from '@repo/polling';
import { createTestDatabase, eventually } from '@repo/testing';
import { groupCommit, openDatabase, QueueFull, sql, sqlState, type Transaction } from '../src/index.ts';

const { database, migratorUrl } = await createTestDatabase({ migrations: null });
const migrator = openDatabase({ url: migratorUrl, name: 'test migrator', connections: 1 });
await migrator.query(sql`create table notes (text text primary key, transaction_id bigint)`);
await migrator.close();

beforeEach(() => database.query(sql`delete from notes`));

async function insertNotes(tx: Transaction, texts: string[]): Promise<string[]> {
  await tx.query(sql`
    insert into notes (text, transaction_id)
    select text, pg_current_xact_id()::text::bigint from unnest(${texts}::text[]) as text`);
  return texts.map((text) => `wrote ${text}`);
}

async function notes(): Promise<{ text: string; transactionId: number }[]> {
  return database.query(sql<{ text: string; transactionId: number }>`
    select text, transaction_id as "transactionId" from notes order by text`);
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `note ${100 + index}`);

test('writes that are submitted together share transactions, and each has its own result', async () => {
  const { submit } = groupCommit({ database, work: insertNotes });

  const results = await Promise.all(numbered(50).map(submit));

  assert.deepEqual(
    results,
    numbered(50).map((text) => `wrote ${text}`),
  );
  const rows = await notes();
  assert.equal(rows.length, 50);
  // The first one finds a free lane and does not wait for the others.
  assert.ok(new Set(rows.map((row) => row.transactionId)).size <= 3);
});

test('writes that are submitted during a transaction share the next one', async () => {
  const { submit } = groupCommit({ database, work: insertNotes, lanes: 1 });
  const begin = performance.now();
  async function write(writer: number): Promise<void> {
    for (let count = 0; count < 40; count++) await submit(`note ${writer} ${count}`);
  }

  await Promise.all([1, 2, 3, 4].map(write));

  const transactions = new Set((await notes()).map((row) => row.transactionId)).size;
  const most = PACE.withoutRest + (performance.now() - begin) / PACE.turnMs;
  assert.ok(transactions <= most, `${transactions} transactions where the pace allows ${most}`);
});

test('a transaction has at most one batch', async () => {
  const sizes: number[] = [];
  const { submit } = groupCommit({
    database,
    batchSize: 10,
    work: (tx, texts: string[]) => {
      sizes.push(texts.length);
      return insertNotes(tx, texts);
    },
  });

  await Promise.all(numbered(45).map(submit));

  assert.ok(Math.max(...sizes) <= 10);
  assert.equal((await notes()).length, 45);
});

test('a write is resolved after its commit', async () => {
  const { submit } = groupCommit({ database, work: insertNotes });

  await submit('committed');

  assert.deepEqual(
    (await notes()).map((row) => row.text),
    ['committed'],
  );
});

test('a write whose data are refused fails alone; the others of its batch succeed', async () => {
  const gate = Promise.withResolvers<void>();
  const { submit } = groupCommit({
    database,
    lanes: 1,
    work: async (tx, texts: string[]) => {
      await gate.promise;
      return insertNotes(tx, texts);
    },
  });
  const first = submit('holds the lane');

  const results = Promise.allSettled(['good', 'bad \0', 'better', 'good'].map(submit));
  gate.resolve();
  await first;

  const [good, bad, better, duplicate] = await results;
  assert.equal(good?.status, 'fulfilled');
  assert.equal(better?.status, 'fulfilled');
  assert.ok(bad?.status === 'rejected' && sqlState(bad.reason)?.startsWith('22'));
  assert.ok(duplicate?.status === 'rejected' && sqlState(duplicate.reason) === '23505');
  assert.deepEqual(
    (await notes()).map((row) => row.text),
    ['better', 'good', 'holds the lane'],
  );
});

test('a write with a lock timeout fails alone', async () => {
  await database.query(sql`insert into notes (text) values ('one'), ('other')`);
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holder = database.transaction(async (tx) => {
    await tx.query(sql`update notes set transaction_id = 0 where text = 'one'`);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  const { submit } = groupCommit({
    database,
    lockTimeoutMs: 20,
    work: async (tx, texts: string[]) => {
      await tx.query(sql`update notes set transaction_id = 1 where text = any(${texts}::text[])`);
      return texts;
    },
  });

  const [one, other, both] = await Promise.allSettled([submit('one'), submit('other'), submit('one')]);
  held.resolve();
  await holder;

  assert.ok(one.status === 'rejected' && sqlState(one.reason) === '55P03');
  assert.equal(other.status, 'fulfilled');
  assert.equal(both.status, 'rejected');
});

test('of two transactions in a deadlock, the one that Postgres ends is repeated', async () => {
  await database.query(sql`insert into notes (text, transaction_id) values ('left', 0), ('right', 0)`);
  const update = (tx: Transaction, text: string) =>
    tx.query(sql`update notes set transaction_id = transaction_id + 1 where text = ${text}`);
  const bothHoldOne = Promise.withResolvers<void>();
  let begun = 0;
  let runs = 0;
  const { submit } = groupCommit({
    database,
    lanes: 2,
    batchSize: 1,
    work: async (tx, [pair]: [string, string][]) => {
      runs++;
      const [first, second] = pair as [string, string];
      await update(tx, first);
      if (++begun === 2) bothHoldOne.resolve();
      await bothHoldOne.promise;
      await update(tx, second);
      return [undefined];
    },
  });

  await Promise.all([submit(['left', 'right']), submit(['right', 'left'])]);

  // The repeated one may lock its row before the one that waits for it wakes up: then there is another deadlock.
  assert.ok(runs >= 3, String(runs));
  assert.deepEqual(await notes(), [
    { text: 'left', transactionId: 2 },
    { text: 'right', transactionId: 2 },
  ]);
});

test('when too many writes wait, another one is refused at once, and the waiting ones succeed', async () => {
  const gate = Promise.withResolvers<void>();
  const { submit } = groupCommit({
    database,
    lanes: 1,
    queueLimit: 3,
    work: async (tx, texts: string[]) => {
      await gate.promise;
      return insertNotes(tx, texts);
    },
  });
  const accepted = numbered(4).map(submit);

  await assert.rejects(submit('one too many'), QueueFull);

  gate.resolve();
  await Promise.all(accepted);
  assert.equal((await notes()).length, 4);
});

test('an error that no single item causes fails the whole transaction, and the lane continues', async () => {
  const gate = Promise.withResolvers<void>();
  const mishap = new Error('a bug');
  let isBroken = true;
  let runs = 0;
  const { submit } = groupCommit({
    database,
    lanes: 1,
    work: async (tx, texts: string[]) => {
      runs++;
      await gate.promise;
      if (isBroken) throw mishap;
      return insertNotes(tx, texts);
    },
  });

  const results = Promise.allSettled(numbered(3).map(submit));
  gate.resolve();

  assert.ok((await results).every((result) => result.status === 'rejected' && result.reason === mishap));
  assert.equal(runs, 2);
  isBroken = false;
  await submit('after the repair');
  await eventually(async () => (await notes()).length === 1);
});
