import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTestDatabase } from '@repo/testing';
import { MigrationFailed, migrate, openDatabase, sql } from '../src/index.ts';

/** A database without tables, and a folder with these migrations. */
async function prepare(t: TestContext, files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const { migratorUrl: url } = await createTestDatabase({ migrations: null });
  const owner = openDatabase({ url, name: 'test', connections: 1 });
  t.after(owner.close);
  return { owner, write, url, folder };
}

const TWO = {
  '002-fill-notes.sql': `insert into notes (text) values ('one'); insert into notes (text) values ('two');`,
  '001-create-notes.sql': 'create table notes (text text primary key);',
  'readme.md': 'not a migration',
};

test('the files are run in the order of their names, and only once', async (t) => {
  const { owner, url, folder } = await prepare(t, TWO);

  assert.deepEqual(await migrate({ url, folder }), ['001-create-notes.sql', '002-fill-notes.sql']);
  assert.deepEqual(await migrate({ url, folder }), []);
  assert.deepEqual(await owner.query(sql`select text from notes order by text`), [
    { text: 'one' },
    { text: 'two' },
  ]);
});

test('a file that is added is run alone', async (t) => {
  const { write, url, folder } = await prepare(t, TWO);
  await migrate({ url, folder });
  write('003-add-column.sql', 'alter table notes add column at timestamptz');

  assert.deepEqual(await migrate({ url, folder }), ['003-add-column.sql']);
});

test('of several that start at once, one works and the others find nothing to do', async (t) => {
  const { url, folder } = await prepare(t, TWO);

  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate({ url, folder })));

  assert.deepEqual(runs.map((run) => run.length).sort(), [0, 0, 0, 0, 2]);
});

test('a file that was changed after it had been applied is refused by its name', async (t) => {
  const { write, url, folder } = await prepare(t, TWO);
  await migrate({ url, folder });
  write('001-create-notes.sql', 'create table notes (text text primary key, more text);');

  await assert.rejects(
    migrate({ url, folder }),
    (error) => error instanceof MigrationFailed && /^001-create-notes\.sql was changed/.test(error.message),
  );
});

test('before any file is run, each is compared with what has been applied', async (t) => {
  const { owner, write, url, folder } = await prepare(t, TWO);
  await migrate({ url, folder });
  await owner.query(sql`delete from schema_migrations where name = '001-create-notes.sql'`);
  write('001-create-notes.sql', 'create table half (id int);');
  write('002-fill-notes.sql', `insert into notes (text) values ('three');`);

  await assert.rejects(migrate({ url, folder }), /^MigrationFailed: 002-fill-notes\.sql was changed/);
  assert.deepEqual(await owner.query(sql`select to_regclass('half') as half`), [{ half: null }]);
});

test('a database of another history is refused with the name of a file that is not in the folder', async (t) => {
  const { owner, write, url, folder } = await prepare(t, TWO);
  await migrate({ url, folder });
  rmSync(join(folder, '002-fill-notes.sql'));
  write('002-create-tags.sql', 'create table tags (text text primary key);');

  await assert.rejects(
    migrate({ url, folder }),
    (error) =>
      error instanceof MigrationFailed &&
      error.message ===
        'The database has the migrations of another history (002-fill-notes.sql): start with an empty database ' +
          '(docs/deploy.md, "A database of another history").',
  );
  assert.deepEqual(await owner.query(sql`select to_regclass('tags') as tags`), [{ tags: null }]);
});

test('older code finds nothing to do in a database that newer code has migrated', async (t) => {
  const { url, folder } = await prepare(t, TWO);
  await migrate({ url, folder });
  rmSync(join(folder, '002-fill-notes.sql'));

  assert.deepEqual(await migrate({ url, folder }), []);
});

test('a file during which the connection is lost is named, with the error of Postgres', async (t) => {
  const { write, url, folder } = await prepare(t, TWO);
  write('003-leave.sql', 'select pg_terminate_backend(pg_backend_pid());');

  await assert.rejects(
    migrate({ url, folder }),
    (error) =>
      error instanceof MigrationFailed &&
      error.message === '003-leave.sql failed: terminating connection due to administrator command',
  );
});

test('only the migrator writes the list of applied files; the service may read it', async () => {
  const { database } = await createTestDatabase();

  assert.ok((await database.query(sql`select name from schema_migrations`)).length > 0);
  for (const text of [
    `insert into schema_migrations (name, checksum) values ('001', '')`,
    `update schema_migrations set checksum = ''`,
    'delete from schema_migrations',
  ])
    await assert.rejects(database.query({ text, values: [] }), /^error: permission denied for table/);
});

test('a file that fails is named, leaves nothing of itself, and keeps what was run before it', async (t) => {
  const { owner, write, url, folder } = await prepare(t, TWO);
  write('003-break.sql', 'create table half (id int); create table notes (id int);');

  await assert.rejects(
    migrate({ url, folder }),
    (error) =>
      error instanceof MigrationFailed &&
      error.message === '003-break.sql failed: relation "notes" already exists',
  );

  assert.deepEqual(await owner.query(sql`select to_regclass('half') as half`), [{ half: null }]);
  write('003-break.sql', 'create table half (id int);');
  assert.deepEqual(await migrate({ url, folder }), ['003-break.sql']);
});
