import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaultyProxy, createTestDatabase, eventually } from '@repo/testing';
import { openSession, type Session, sql } from '../src/index.ts';

const { database, url } = await createTestDatabase({ migrations: null });
const IDLE_TIMEOUT_MS = 2_000;

async function acquiresLock(session: Session): Promise<boolean> {
  const [row] = await session.query(sql<{ acquired: boolean }>`select pg_try_advisory_lock(7) as acquired`);
  return row?.acquired ?? false;
}

test('an idle session stays open, and keeps its lock', async () => {
  const session = await openSession({ url, name: 'quiet', idleTimeoutMs: IDLE_TIMEOUT_MS });
  assert.ok(await acquiresLock(session));

  await eventually(async () => {
    const [row] = await database.query(sql<{ old: boolean }>`
      select now() - backend_start > 1.5 * ${`${IDLE_TIMEOUT_MS} ms`}::interval as old
      from pg_stat_activity
      where application_name = 'quiet' and datname = current_database()`);
    return row?.old;
  });

  assert.deepEqual(await session.query(sql`select 1 as one`), [{ one: 1 }]);
  await session.close();
});

test('Postgres closes the session of a frozen process, and its lock is free for another', async () => {
  const proxy = await createFaultyProxy(url, 5432);
  const stopped = await openSession({ url: proxy.url, name: 'stopped', idleTimeoutMs: IDLE_TIMEOUT_MS });
  const other = await openSession({ url, name: 'other', idleTimeoutMs: IDLE_TIMEOUT_MS });
  assert.ok(await acquiresLock(stopped));
  assert.ok(!(await acquiresLock(other)));

  proxy.freezeOpen();

  await eventually(() => acquiresLock(other), { what: 'the lock' });
  proxy.cut();
  await Promise.all([stopped.close(), other.close()]);
});

test('statements fail when the connection of the session is lost', async () => {
  const session = await openSession({ url, name: 'lost', idleTimeoutMs: IDLE_TIMEOUT_MS });
  const [row] = await session.query(sql<{ pid: number }>`select pg_backend_pid() as pid`);

  await database.query(sql`select pg_terminate_backend(${row?.pid})`);

  await eventually(() =>
    session.query(sql`select 1`).then(
      () => false,
      () => true,
    ),
  );
  await session.close();
});
