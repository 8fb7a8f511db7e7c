import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaultyProxy, createTestDatabase, eventually } from '@repo/testing';
import pg from 'pg';
import { type Database, isUnavailable, openDatabase, sql, sqlState } from '../src/index.ts';

const { database, migratorUrl, url } = await createTestDatabase({ migrations: null });
const migrator = openDatabase({ url: migratorUrl, name: 'test migrator', connections: 1 });
await migrator.query(sql`create table notes (text text primary key, amount bigint)`);
await migrator.close();

async function notes(): Promise<string[]> {
  const rows = await database.query(sql<{ text: string }>`select text from notes order by text`);
  return rows.map(({ text }) => text);
}

function write(queryable: Pick<Database, 'query'>, text: string): Promise<unknown> {
  return queryable.query(sql`insert into notes (text) values (${text})`);
}

test('a transaction commits its writes and returns the result of its work', async () => {
  const result = await database.transaction(async (tx) => {
    await write(tx, 'committed');
    return 42;
  });

  assert.equal(result, 42);
  assert.ok((await notes()).includes('committed'));
});

test('a transaction whose work throws is rolled back, and the error is thrown', async () => {
  const mishap = new Error('a mishap');

  const work = database.transaction(async (tx) => {
    await write(tx, 'rolled back');
    throw mishap;
  });

  await assert.rejects(work, mishap);
  assert.ok(!(await notes()).includes('rolled back'));
});

test('callbacks of a transaction are called after its commit, and never after a rollback', async () => {
  const called: string[] = [];
  const seen = async () => (await notes()).includes('with a callback');
  const visible = Promise.withResolvers<boolean>();

  await database.transaction(async (tx) => {
    tx.onCommit(() => {
      called.push('committed');
      seen().then(visible.resolve, visible.reject);
    });
    await write(tx, 'with a callback');
    assert.deepEqual(called, []);
  });
  await assert.rejects(
    database.transaction(async (tx) => {
      tx.onCommit(() => called.push('rolled back'));
      await write(tx, 'with a callback');
    }),
  );

  assert.ok(await visible.promise);
  assert.deepEqual(called, ['committed']);
});

test('a transaction with a failed statement does not commit, even if the error was swallowed', async () => {
  const work = database.transaction(async (tx) => {
    await write(tx, 'before the failure');
    await tx.query(sql`select 1 / 0`).catch(() => {});
    return 'no error';
  });

  await assert.rejects(work, /swallowed/);
  assert.ok(!(await notes()).includes('before the failure'));
});

test('a branch that continues after its transaction has ended cannot change anything', async () => {
  const other = Promise.withResolvers<unknown>();
  const work = database.transaction(async (tx) => {
    setImmediate(
      () =>
        void eventually(() => ended)
          .then(() => write(tx, 'too late'))
          .catch(other.resolve),
    );
    throw new Error('the first branch failed');
  });
  let ended = false;
  await assert.rejects(work);
  ended = true;

  assert.match(String(await other.promise), /has ended/);
  assert.ok(!(await notes()).includes('too late'));
});

test('statements that do not wait for one another are sent together, and return in order', async () => {
  const results = await database.transaction((tx) =>
    Promise.all([1, 2, 3].map((n) => tx.query(sql<{ n: number }>`select ${n}::int as n`))),
  );

  assert.deepEqual(results.flat(), [{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test('a statement that waits for a lock fails after the lock timeout', async () => {
  await write(database, 'locked');
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holder = database.transaction(async (tx) => {
    await tx.query(sql`select text from notes where text = 'locked' for update`);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;

  const waiting = database.transaction(
    (tx) => tx.query(sql`select text from notes where text = 'locked' for update`),
    { lockTimeoutMs: 20 },
  );

  await assert.rejects(waiting, (error) => sqlState(error) === '55P03' && isUnavailable(error));
  held.resolve();
  await holder;
});

test('the lock timeout of one transaction does not outlive it', async () => {
  const one = openDatabase({ url, name: 'one connection', connections: 1 });
  await one.transaction((tx) => tx.query(sql`select 1`), { lockTimeoutMs: 20 });

  const [setting] = await one.query(sql<{ lock_timeout: string }>`show lock_timeout`);

  assert.deepEqual(setting, { lock_timeout: '0' });
  await one.close();
});

test('a bigint is returned as a number, and one that does not fit is refused', async () => {
  const [row] = await database.query(sql<{ n: number }>`select 9007199254740991::bigint as n`);

  assert.equal(row?.n, Number.MAX_SAFE_INTEGER);
  await assert.rejects(database.query(sql`select 9007199254740992::bigint as n`), RangeError);
});

test('a value is never part of the statement', async () => {
  const injection = `'); drop table notes; --`;

  await write(database, injection);

  assert.ok((await notes()).includes(injection));
});

test('the role of the service may change rows, and not tables', async () => {
  for (const statement of [sql`create table mine (id int)`, sql`drop table notes`, sql`truncate notes`])
    await assert.rejects(database.query(statement), (error) => sqlState(error) === '42501');
});

test('a database that cannot be reached is unavailable; one that refuses a statement is not', async () => {
  const nowhere = openDatabase({ url: 'postgres://app:app@127.0.0.1:1/none', name: 'nowhere' });

  await assert.rejects(nowhere.ping(), isUnavailable);
  await assert.rejects(database.query(sql`select 1 / 0`), (error) => !isUnavailable(error));
  await nowhere.close();
});

const ENVIRONMENT = [
  ...['08006', '28000', '28P01', '40001', '40P01', '42501', '42703', '42P01', '53100', '53300', '57P01'],
  ...['58030', 'XX000', '25006', '25P03', '55P03'],
];
const DATA = ['22001', '22003', '22P02', '22P05', '23502', '23505', '23514', '54000', 'P0001'];

test('errors of Postgres about its environment mean unavailable, errors about data do not', () => {
  const postgresError = (code: string) => Object.assign(new pg.DatabaseError('no', 2, 'error'), { code });

  for (const code of ENVIRONMENT) assert.ok(isUnavailable(postgresError(code)), code);
  for (const code of DATA) assert.ok(!isUnavailable(postgresError(code)), code);
});

test('errors of the operating system about sockets and files mean unavailable, other codes do not', () => {
  const systemError = (code: unknown) => Object.assign(new Error('no'), { code });

  for (const code of [
    'ECONNRESET',
    'EADDRNOTAVAIL',
    'EMFILE',
    'ENFILE',
    'ENETDOWN',
    'EHOSTDOWN',
    'EAI_AGAIN',
    'ENOTFOUND',
  ])
    assert.ok(isUnavailable(systemError(code)), code);
  for (const code of ['ERR_INVALID_ARG_TYPE', 'EENVELOPE', '', 7, undefined])
    assert.ok(!isUnavailable(systemError(code)), String(code));
  for (const thrown of [undefined, null, 'no', 7]) assert.ok(!isUnavailable(thrown));
});

test('a missing grant and a missing table mean unavailable', async () => {
  await assert.rejects(database.query(sql`drop table notes`), isUnavailable);
  await assert.rejects(database.query(sql`select from not_yet_migrated`), isUnavailable);
  await assert.rejects(
    database.transaction((tx) => tx.query(sql`select from not_yet_migrated`)),
    isUnavailable,
  );
});

test('a connection to a read-only server is closed: the next one may lead to a server that accepts writes', async () => {
  const own = await createTestDatabase({ migrations: null });
  const owner = openDatabase({ url: own.migratorUrl, name: 'test owner', connections: 1 });
  await owner.query(sql`create table notes (text text primary key, amount bigint)`);
  const name = new URL(own.url).pathname.slice(1);
  const setReadOnly = (value: string) =>
    owner.query({ text: `alter database ${name} set default_transaction_read_only = ${value}`, values: [] });
  await setReadOnly('on');
  const pool = openDatabase({ url: own.url, name: 'one connection', connections: 1 });

  await assert.rejects(write(pool, 'alone'), (error) => sqlState(error) === '25006' && isUnavailable(error));
  await assert.rejects(
    pool.transaction((tx) => write(tx, 'together')),
    isUnavailable,
  );
  await setReadOnly('off');

  await write(pool, 'at last');
  await pool.transaction((tx) => write(tx, 'and again'));
  await pool.close();
  await owner.close();
});

test('a pool that cannot connect, for whatever reason, is unavailable', async () => {
  const { hostname, port, pathname } = new URL(url);
  const stranger = openDatabase({
    url: `postgres://stranger:wrong@${hostname}:${port}${pathname}`,
    name: 'stranger',
  });

  await assert.rejects(stranger.ping(), isUnavailable);
  await assert.rejects(
    stranger.transaction(async () => {}),
    isUnavailable,
  );
  await stranger.close();
});

test('a connection that is killed fails its transaction as unavailable, and the pool continues', async () => {
  const work = database.transaction(async (tx) => {
    const [backend] = await tx.query(sql<{ pid: number }>`select pg_backend_pid() as pid`);
    await database.query(sql`select pg_terminate_backend(${backend?.pid})`);
    await eventually(() =>
      tx.query(sql`select 1`).then(
        () => false,
        () => true,
      ),
    );
    await write(tx, 'never');
  });

  await assert.rejects(work, isUnavailable);
  await database.ping();
  assert.ok(!(await notes()).includes('never'));
});

test('a silent connection fails its statements soon after the statement timeout, and is replaced', async () => {
  const proxy = await createFaultyProxy(url, 5432);
  const silent = openDatabase({ url: proxy.url, name: 'silent', statementTimeoutMs: 100, connections: 2 });
  await Promise.all([silent.ping(), silent.ping()]);
  proxy.freezeOpen();
  const since = performance.now();

  const transaction = silent.transaction((tx) => Promise.all([write(tx, 'lost'), write(tx, 'lost too')]));
  const [written, pinged] = await Promise.allSettled([transaction, silent.ping()]);

  assert.ok(written.status === 'rejected' && isUnavailable(written.reason));
  assert.ok(pinged.status === 'rejected' && isUnavailable(pinged.reason));
  assert.ok(performance.now() - since < 9_000);
  await silent.ping();
  await silent.close();
});

test('a transaction that takes too long is ended with its connection, and fails as unavailable', async () => {
  const impatient = openDatabase({ url, name: 'impatient', transactionTimeoutMs: 100, connections: 1 });

  const work = impatient.transaction(async (tx) => {
    await write(tx, 'too slow');
    await tx.query(sql`select pg_sleep(5)`);
  });

  await assert.rejects(work, isUnavailable);
  await impatient.ping();
  assert.ok(!(await notes()).includes('too slow'));
  await impatient.close();
});
