import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { newEvent } from '@repo/events';
import { defineEvent } from '@repo/events/event-type';
import { type Database, openDatabase, sql } from '@repo/postgres';
import { createTestDatabase, eventually, testLog } from '@repo/testing';
import { z } from 'zod';
import { type ClaimLimits, createJobWorker, type JobRow, type JobWorkerOptions } from '../src/index.ts';

const CallDone = defineEvent({
  type: 'call.done',
  topic: 'call.events',
  subject: 'callId',
  schema: z.object({ callId: z.guid() }),
});

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

/** So no row is due again because its lease has expired, however busy the machine is. */
const claim = claimFor(600_000);

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

const readNothing = async () => ({ rows: 0, oldestSeconds: 0 });

/** Starts a worker on the table above. It stops after the test. */
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
      return done.map(({ row, ...traceContext }) => newEvent(CallDone, { callId: row.id }, traceContext));
    },
    postpone: async (on, row, delayMs) => {
      await on.query(sql`
        update calls set due_at = now() + ${`${Math.min(delayMs, 20)} ms`}::interval where id = ${row.id}`);
    },
    readBacklog: readNothing,
    onCommit: () => {},
    ...options,
  });
  worker.start();
  t.after(worker.stop);
  return worker;
}

/** The options of a worker that is never started. */
const unused: JobWorkerOptions<JobRow, string> = {
  name: 'call outside',
  database,
  log: testLog,
  claim,
  perform: async () => 'done',
  record: async () => [],
  postpone: async () => {},
  readBacklog: readNothing,
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

async function countEvents(ids: string[]): Promise<number> {
  return (await database.query(sql`select id from outbox where key = any(${ids}::text[])`)).length;
}

const areDone = (ids: string[]) =>
  eventually(async () => (await answersTo(ids)).length === ids.length, { what: 'all calls to be recorded' });

test('due rows are performed and recorded, their events are in the outbox, and the commit is reported', async (t) => {
  let commits = 0;
  startWorker(t, { onCommit: () => commits++ });

  const ids = await makeDue(5);

  await areDone(ids);
  assert.equal(await countEvents(ids), 5);
  await eventually(() => commits > 0);
});

test('performed rows are logged, though their trace is not sampled', async (t) => {
  const lines: unknown[][] = [];
  const info = ({ id, job }: Record<string, unknown>, message: string) => void lines.push([id, job, message]);
  startWorker(t, { log: { ...testLog, info } as never });

  const ids = await makeDue(2);
  await eventually(() => lines.length === 2, { what: 'two lines' });

  assert.deepEqual(
    lines.toSorted(),
    ids.toSorted().map((id) => [id, 'call outside', 'job done']),
  );
});

test('two workers share the due rows, and each row is claimed by one', async (t) => {
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

test('a call that throws is retried until it succeeds, and its attempts are counted', async (t) => {
  const attempts: number[] = [];
  startWorker(t, {
    perform: async (row) => {
      attempts.push(row.attempts);
      if (row.attempts < 4) throw new Error('the outside world is down');
      return 'at last';
    },
  });
  const ids = await makeDue(1);

  await areDone(ids);

  assert.deepEqual(attempts, [1, 2, 3, 4]);
  assert.deepEqual(await answersTo(ids), ['at last']);
  assert.equal(await countEvents(ids), 1);
});

test('postpone receives the error and the delay', async (t) => {
  const down = new Error('the outside world is down');
  const postponed: [id: string, error: unknown, delayMs: number][] = [];
  startWorker(t, {
    perform: async () => {
      throw down;
    },
    postpone: async (_database, { id }, delayMs, error) => {
      postponed.push([id, error, delayMs]);
    },
  });
  const [id] = await makeDue(1);

  await eventually(() => postponed.length > 0);

  const [[postponedId, error, delayMs] = []] = postponed;
  assert.deepEqual([postponedId, error], [id, down]);
  assert.ok(
    Number(delayMs) >= 0 && Number(delayMs) <= 200,
    'at most twice the base, after the first attempt',
  );
});

test('while all calls fail, retries are few, and first attempts go ahead', async (t) => {
  const retries = new Set<string>();
  const firsts = new Set<string>();
  await makeDue(1_000);
  await database.query(sql`update calls set attempts = 1`);
  await makeDue(100);
  startWorker(t, {
    perform: async ({ id, attempts }) => {
      (attempts > 1 ? retries : firsts).add(id);
      throw new Error('the outside world is down');
    },
    postpone: async () => {},
  });

  await eventually(() => firsts.size === 100, { what: 'every first attempt' });

  assert.ok(retries.size >= 64 && retries.size <= 300, `${retries.size} retries`);
  const rows = await database.query(sql`select id from calls where attempts = 1 and due_at <= now()`);
  assert.ok(rows.length >= 700, 'the others wait, and no attempt is counted');
});

test('once the outside world is back, all waiting rows are performed at once', async (t) => {
  let isDown = true;
  let failures = 0;
  const ids = await makeDue(600);
  startWorker(t, {
    perform: async () => {
      if (!isDown) return 'done';
      failures++;
      throw new Error('the outside world is down');
    },
  });
  await eventually(() => failures >= 660, { what: 'the budget to be spent' });
  isDown = false;

  await areDone(ids);
});

test('when a worker dies between the call and its record, another worker repeats the call', async (t) => {
  const ids = await makeDue(1);
  const calls: string[] = [];
  const perform = async ({ id }: JobRow) => {
    calls.push(id);
    return 'done';
  };
  const dies = new Error('the process was killed here');
  const dying = startWorker(t, {
    claim: claimFor(300),
    perform,
    record: async () => {
      throw dies;
    },
    postpone: async () => {
      throw dies;
    },
  });
  await eventually(() => calls.length >= 1);
  await dying.stop();

  startWorker(t, { perform });

  await areDone(ids);
  assert.ok(calls.length >= 2);
  assert.equal(new Set(calls).size, 1);
  assert.equal(await countEvents(ids), 1);
});

test('a slow call does not delay others', async (t) => {
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

test('no more calls are in flight than allowed', async (t) => {
  const ids = await makeDue(30);
  let inFlight = 0;
  let most = 0;
  startWorker(t, {
    concurrency: 3,
    perform: async () => {
      most = Math.max(most, ++inFlight);
      await database.ping();
      inFlight--;
      return 'done';
    },
  });

  await areDone(ids);

  assert.equal(most, 3);
});

test('a result that cannot be recorded affects no other, and is retried', async (t) => {
  const ids = await makeDue(10);
  const [odd] = ids;
  const worker = startWorker(t, {
    perform: async ({ id, attempts }) => (id === odd && attempts < 3 ? '\0' : 'done'),
  });
  worker.wake();

  await areDone(ids);

  assert.equal(await countEvents(ids), 10);
});

test('a worker that is stopped performs and records its claimed rows, and claims no more', async (t) => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const worker = startWorker(t, {
    perform: async () => {
      begun.resolve();
      await gate.promise;
      return 'done';
    },
  });
  const claimed = await makeDue(1);
  await begun.promise;

  const stopped = worker.stop();
  const later = await makeDue(1);
  gate.resolve();
  await stopped;

  assert.deepEqual(await answersTo(claimed), ['done']);
  assert.equal(await countEvents(claimed), 1);
  assert.deepEqual(await answersTo(later), []);
});

test('a tenth failed attempt raises an alarm, and retries continue', async (t) => {
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
    perform: async ({ attempts }) => {
      calls++;
      if (attempts < 12) throw new Error('the outside world is down');
      return 'at last';
    },
  });
  const ids = await makeDue(1);

  await areDone(ids);

  assert.equal(calls, 12);
  assert.equal(alarms.length, 1);
  assert.deepEqual(
    { ...alarms[0], err: 0, delayMs: 0 },
    {
      alarm: 'job-keeps-failing',
      job: 'call outside',
      id: ids[0],
      attempts: 10,
      err: 0,
      delayMs: 0,
    },
  );
});

test('refusals are recorded like other results, and their retries do not use up the budget', async (t) => {
  const alarms: object[] = [];
  const log = {
    ...testLog,
    warn: () => {},
    info: () => {},
    error: (facts: object) => void alarms.push(facts),
  };
  let refusals = 0;
  // More than the budget allows.
  const refused = new Set(await makeDue(150));
  startWorker(t, {
    log: log as never,
    perform: async ({ id, attempts }) => {
      if (refused.has(id)) return 'refused';
      if (attempts < 3) throw new Error('the outside world is down');
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
  await eventually(() => refusals === 450, { what: 'all to be refused three times' });
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

test('a worker whose calls may outlast the lease is refused; one whose calls end within it is accepted', () => {
  for (const limits of FITTING) assert.ok(createJobWorker({ ...unused, ...limits }));
  for (const limits of UNFITTING)
    assert.throws(() => createJobWorker({ ...unused, ...limits }), {
      name: 'RangeError',
      message: /^call outside: .* ms, and the lease is 30000 ms\.$/,
    });
});

test('a result whose event cannot be written is not recorded, and the call is retried', async (t) => {
  let attempts = 0;
  startWorker(t, {
    perform: async () => `attempt ${++attempts}`,
    record: async (tx, done) => {
      const ids = done.map(({ row }) => row.id);
      await tx.query(sql`
        update calls set answer = ${done[0]?.answer}, due_at = null where id = any(${ids}::uuid[])`);
      const events = ids.map((callId) => newEvent(CallDone, { callId }, {}));
      return attempts === 1 ? events.map((event) => ({ ...event, id: 'no uuid' })) : events;
    },
  });
  const ids = await makeDue(1);

  await areDone(ids);

  assert.deepEqual(await answersTo(ids), ['attempt 2']);
  assert.equal(await countEvents(ids), 1);
});
