import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { StockReserved } from '@repo/contracts/inventory';
import { newEvent } from '@repo/events';
import { type Database, openDatabase, sql } from '@repo/postgres';
import { createTestDatabase, eventually, testLog } from '@repo/testing';
import { type ClaimLimits, createJobWorker, type JobRow, type JobWorkerOptions } from '../src/index.ts';

const { database, migratorUrl } = await createTestDatabase();
const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`
  create table calls (
    id uuid primary key,
    due_at timestamptz default now(),
    attempts integer not null default 0,
    answer text)`);
await owner.close();

beforeEach(() => database.query(sql`delete from calls`));

const LEASE_MS = 300;

const claim = claimFor(LEASE_MS);

function claimFor(leaseMs: number) {
  return (from: Database, { limit, retries }: ClaimLimits) =>
    from.query(sql<JobRow>`
    with due as (
      select id
      from calls
      where due_at <= now() and (attempts = 0 or ${retries})
      order by due_at
      limit ${limit}
      for update skip locked)
    update calls
    set attempts = attempts + 1, due_at = now() + ${`${leaseMs} ms`}::interval
    from due
    where calls.id = due.id
    returning calls.id, attempts`);
}

/** A worker on the table above, which stops after the test. */
function startWorker(t: TestContext, options: Partial<JobWorkerOptions<JobRow, string>> = {}) {
  const worker = createJobWorker<JobRow, string>({
    name: 'call outside',
    database,
    log: testLog,
    claim,
    perform: async () => 'done',
    record: async (tx, done) => {
      await tx.query(sql`
        update calls
        set answer = done.answer, due_at = null
        from unnest(
          ${done.map(({ row }) => row.id)}::uuid[],
          ${done.map(({ answer }) => answer)}::text[]) as done (id, answer)
        where calls.id = done.id`);
      return done.map(({ row, ...cause }) => newEvent(StockReserved, { orderId: row.id, version: 1 }, cause));
    },
    postpone: async (on, row, delayMs) => {
      await on.query(sql`
        update calls set due_at = now() + ${`${Math.min(delayMs, 20)} ms`}::interval where id = ${row.id}`);
    },
    onCommit: () => {},
    ...options,
  });
  worker.start();
  t.after(worker.stop);
  return worker;
}

/** A worker that is never started. */
const unused: JobWorkerOptions<JobRow, string> = {
  name: 'call outside',
  database,
  log: testLog,
  claim,
  perform: async () => 'done',
  record: async () => [],
  postpone: async () => {},
  onCommit: () => {},
};

async function makeDue(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await database.query(sql`insert into calls (id) select * from unnest(${ids}::uuid[])`);
  return ids;
}

async function answersTo(ids: string[]): Promise<string[]> {
  const rows = await database.query(sql<{ answer: string }>`
    select answer from calls where id = any(${ids}::uuid[]) and answer is not null`);
  return rows.map((row) => row.answer);
}

async function saidOf(ids: string[]): Promise<number> {
  return (await database.query(sql`select id from outbox where key = any(${ids}::text[])`)).length;
}

const areDone = (ids: string[]) =>
  eventually(async () => (await answersTo(ids)).length === ids.length, { what: 'all calls to be done' });

test('what is due is done, recorded and said, and whoever waits for a commit is woken', async (t) => {
  let commits = 0;
  startWorker(t, { onCommit: () => commits++ });

  const ids = await makeDue(5);

  await areDone(ids);
  assert.equal(await saidOf(ids), 5);
  await eventually(() => commits > 0);
});

test('what was done is logged, though no trace of it is recorded', async (t) => {
  const lines: [id: unknown, message: unknown][] = [];
  const info = ({ id }: { id?: string }, message: string) => void lines.push([id, message]);
  startWorker(t, { log: { ...testLog, info } as never });

  const ids = await makeDue(2);
  await eventually(() => lines.length === 2, { what: 'two lines' });

  assert.deepEqual(
    lines.toSorted(),
    ids.toSorted().map((id) => [id, 'call outside']),
  );
});

test('two workers share what is due, and each row is taken by one', async (t) => {
  const ids = await makeDue(200);
  const performed: string[] = [];
  const perform = async ({ id }: JobRow) => {
    performed.push(id);
    return 'done';
  };
  startWorker(t, { perform, concurrency: 10 });
  startWorker(t, { perform, concurrency: 10 });

  await areDone(ids);

  assert.equal(performed.length, 200);
  assert.equal(new Set(performed).size, 200);
});

test('a call that throws is tried again, and counts its attempts, until it passes', async (t) => {
  const attempts: number[] = [];
  startWorker(t, {
    // Not the lease brings it back.
    claim: claimFor(600_000),
    perform: async (row) => {
      attempts.push(row.attempts);
      if (row.attempts < 4) throw new Error('the outside world is away');
      return 'at last';
    },
  });
  const ids = await makeDue(1);

  await areDone(ids);

  assert.deepEqual(attempts, [1, 2, 3, 4]);
  assert.deepEqual(await answersTo(ids), ['at last']);
  assert.equal(await saidOf(ids), 1);
});

test('whoever puts a row off is told why nothing came of it, and for how long', async (t) => {
  const away = new Error('the outside world is away');
  const told: [id: string, error: unknown, delayMs: number][] = [];
  startWorker(t, {
    perform: async () => {
      throw away;
    },
    postpone: async (_database, { id }, delayMs, error) => {
      told.push([id, error, delayMs]);
    },
  });
  const [id] = await makeDue(1);

  await eventually(() => told.length > 0);

  const [[toldId, error, delayMs] = []] = told;
  assert.deepEqual([toldId, error], [id, away]);
  assert.ok(Number(delayMs) >= 0 && Number(delayMs) <= 200, 'at most twice the base, after the first try');
});

test('while nothing comes to anything, few are tried again, and first tries go ahead', async (t) => {
  const retries = new Set<string>();
  const firsts = new Set<string>();
  await makeDue(1_000);
  await database.query(sql`update calls set attempts = 1`);
  await makeDue(100);
  startWorker(t, {
    claim: claimFor(600_000),
    perform: async ({ id, attempts }) => {
      (attempts > 1 ? retries : firsts).add(id);
      throw new Error('the outside world is away');
    },
    postpone: async () => {},
  });

  await eventually(() => firsts.size === 100, { what: 'every first try' });

  assert.ok(retries.size >= 64 && retries.size <= 300, `${retries.size} retries`);
  const rows = await database.query(sql`select id from calls where attempts = 1 and due_at <= now()`);
  assert.ok(rows.length >= 700, 'the others wait where they are, and nothing is counted against them');
});

test('once the outside world is back, all that has waited is worked off at once', async (t) => {
  let isAway = true;
  let failures = 0;
  const ids = await makeDue(600);
  startWorker(t, {
    perform: async () => {
      if (!isAway) return 'done';
      failures++;
      throw new Error('the outside world is away');
    },
  });
  await eventually(() => failures >= 660, { what: 'the budget to be spent' });
  isAway = false;

  await areDone(ids);
});

test('a worker that dies between the call and its record leaves the row to another, which repeats the call', async (t) => {
  const ids = await makeDue(1);
  const calls: string[] = [];
  const perform = async ({ id }: JobRow) => {
    calls.push(id);
    return 'done';
  };
  const dies = new Error('the process was killed here');
  const dying = startWorker(t, {
    perform,
    record: async () => {
      throw dies;
    },
    postpone: async () => {
      throw dies;
    },
  });
  await eventually(() => calls.length === 1);
  await dying.stop();

  startWorker(t, { perform });

  await areDone(ids);
  assert.ok(calls.length >= 2);
  assert.equal(new Set(calls).size, 1);
  assert.equal(await saidOf(ids), 1);
});

test('a slow call holds up nobody', async (t) => {
  const [slow] = (await makeDue(1)) as [string];
  const gate = Promise.withResolvers<void>();
  t.after(() => gate.resolve());
  const begun = Promise.withResolvers<void>();
  startWorker(t, {
    concurrency: 2,
    perform: async ({ id }) => {
      if (id === slow) {
        begun.resolve();
        await gate.promise;
      }
      return 'done';
    },
  });
  await begun.promise;

  const others = await makeDue(20);

  await areDone(others);
  assert.deepEqual(await answersTo([slow]), []);
  gate.resolve();
  await areDone([slow]);
});

test('no more calls are under way than are allowed', async (t) => {
  const ids = await makeDue(30);
  let underWay = 0;
  let most = 0;
  startWorker(t, {
    concurrency: 3,
    perform: async () => {
      most = Math.max(most, ++underWay);
      await database.ping();
      underWay--;
      return 'done';
    },
  });

  await areDone(ids);

  assert.equal(most, 3);
});

test('a record that fails undoes nothing of the others and is tried again', async (t) => {
  const ids = await makeDue(10);
  const [odd] = ids;
  const worker = startWorker(t, {
    perform: async ({ id, attempts }) => (id === odd && attempts < 3 ? '\0' : 'done'),
  });
  worker.wake();

  await areDone(ids);

  assert.equal(await saidOf(ids), 10);
});

test('a worker that is stopped finishes and records what is in hand, and takes nothing more', async (t) => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const worker = startWorker(t, {
    perform: async () => {
      begun.resolve();
      await gate.promise;
      return 'done';
    },
  });
  const inHand = await makeDue(1);
  await begun.promise;

  const stopped = worker.stop();
  const later = await makeDue(1);
  gate.resolve();
  await stopped;

  assert.deepEqual(await answersTo(inHand), ['done']);
  assert.equal(await saidOf(inHand), 1);
  assert.deepEqual(await answersTo(later), []);
});

test('what has been tried in vain for the tenth time is told to a person, and tried on', async (t) => {
  const alarms: object[] = [];
  const log = {
    ...testLog,
    warn: () => {},
    info: () => {},
    error: (facts: object) => void alarms.push(facts),
  };
  let calls = 0;
  startWorker(t, {
    log: log as never,
    claim: claimFor(600_000),
    perform: async ({ attempts }) => {
      calls++;
      if (attempts < 12) throw new Error('the outside world is away');
      return 'at last';
    },
  });
  const ids = await makeDue(1);

  await areDone(ids);

  assert.equal(calls, 12);
  assert.equal(alarms.length, 1);
  assert.deepEqual(
    { ...alarms[0], err: 0, delayMs: 0, traceId: 0 },
    {
      alarm: 'job-keeps-failing',
      name: 'call outside',
      id: ids[0],
      attempts: 10,
      err: 0,
      delayMs: 0,
      traceId: 0,
    },
  );
});

test('refusals are recorded like answers, and their retries leave the budget to the others', async (t) => {
  const alarms: object[] = [];
  const log = {
    ...testLog,
    warn: () => {},
    info: () => {},
    error: (facts: object) => void alarms.push(facts),
  };
  let refusals = 0;
  // More than the budget has.
  const refused = new Set(await makeDue(150));
  startWorker(t, {
    log: log as never,
    claim: claimFor(600_000),
    perform: async ({ id, attempts }) => {
      if (refused.has(id)) return 'refused';
      if (attempts < 3) throw new Error('the outside world is away');
      return 'done';
    },
    isRefusal: (answer) => answer === 'refused',
    record: async (tx, done) => {
      refusals += done.filter(({ answer }) => answer === 'refused').length;
      await tx.query(sql`
        update calls
        set answer = done.answer,
          due_at = case when done.answer = 'refused' and attempts < 3 then now() end
        from unnest(
          ${done.map(({ row }) => row.id)}::uuid[],
          ${done.map(({ answer }) => answer)}::text[]) as done (id, answer)
        where calls.id = done.id`);
      return [];
    },
  });
  await eventually(() => refusals === 450, { what: 'all to be refused three times', timeoutMs: 5_000 });
  const ids = await makeDue(20);

  await areDone(ids);

  assert.deepEqual(await answersTo(ids), Array(20).fill('done'));
  assert.deepEqual(alarms, []);
});

const FITTING = [
  { concurrency: 64, callLimitMs: 20_000, leaseMs: 30_000 },
  { concurrency: 4, parallelCalls: 4, callLimitMs: 25_000, leaseMs: 30_000 },
  { concurrency: 64, parallelCalls: 4, callLimitMs: 1_500, leaseMs: 30_000 },
  { concurrency: 64, callLimitMs: 20_000 },
  { concurrency: 64, leaseMs: 30_000 },
];
const UNFITTING = [
  { concurrency: 64, callLimitMs: 30_000, leaseMs: 30_000 },
  { concurrency: 64, parallelCalls: 4, callLimitMs: 2_000, leaseMs: 30_000 },
  { parallelCalls: 4, callLimitMs: 2_000, leaseMs: 30_000 },
  { concurrency: 5, parallelCalls: 4, callLimitMs: 15_000, leaseMs: 30_000 },
];

test('a worker whose calls may outlast the lease is refused; one whose calls end within it is not', () => {
  for (const limits of FITTING) assert.ok(createJobWorker({ ...unused, ...limits }));
  for (const limits of UNFITTING)
    assert.throws(() => createJobWorker({ ...unused, ...limits }), {
      name: 'RangeError',
      message: /^call outside: .* ms, and the lease is 30000 ms\.$/,
    });
});

test('what cannot be said is not recorded, and is tried again', async (t) => {
  let tries = 0;
  startWorker(t, {
    claim: claimFor(600_000),
    perform: async () => `try ${++tries}`,
    record: async (tx, done) => {
      const ids = done.map(({ row }) => row.id);
      await tx.query(sql`
        update calls set answer = ${done[0]?.answer}, due_at = null where id = any(${ids}::uuid[])`);
      const events = ids.map((orderId) => newEvent(StockReserved, { orderId, version: 1 }, {}));
      return tries === 1 ? events.map((event) => ({ ...event, id: 'no uuid' })) : events;
    },
  });
  const ids = await makeDue(1);

  await areDone(ids);

  assert.deepEqual(await answersTo(ids), ['try 2']);
  assert.equal(await saidOf(ids), 1);
});
