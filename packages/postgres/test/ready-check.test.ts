import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '@repo/testing';
import { createReadyCheck, migrate, openDatabase, sql } from '../src/index.ts';

test('a service is ready when its database has all of its migrations, whether or not there are newer ones', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { migratorUrl, database } = await createTestDatabase({ migrations: null });
  writeFileSync(join(folder, '001-create-notes.sql'), 'create table notes (text text primary key)');

  const check = createReadyCheck(database, folder);
  await assert.rejects(check(), /The schema is too old: run the migrate step \(001-create-notes\.sql\)\./);
  await migrate({ url: migratorUrl, folder });
  await check();

  writeFileSync(join(folder, '002-create-tags.sql'), 'create table tags (text text primary key)');
  await assert.rejects(createReadyCheck(database, folder)(), /\(002-create-tags\.sql\)/);
  await migrate({ url: migratorUrl, folder });
  rmSync(join(folder, '002-create-tags.sql'));
  await createReadyCheck(database, folder)();
});

test('a service may read its migrations even if its role had no default privileges when they ran', async () => {
  const { migratorUrl, database } = await createTestDatabase({ migrations: null });
  const migrator = openDatabase({ url: migratorUrl, name: 'test', connections: 1 });
  await migrator.query({
    text: 'alter default privileges in schema public revoke all on tables from package_app',
    values: [],
  });
  await migrator.close();
  const migrations = join(import.meta.dirname, '../../../testing/migrations');
  await migrate({ url: migratorUrl, folder: migrations });
  await createReadyCheck(database, migrations)();
});

test('an unavailable database fails each check, also after one that passed', async () => {
  const { database } = await createTestDatabase();
  const check = createReadyCheck(database, join(import.meta.dirname, '../../../testing/migrations'));
  await check();
  const gone = openDatabase({ url: 'postgres://127.0.0.1:1/nowhere', name: 'test', connections: 1 });
  await assert.rejects(createReadyCheck(gone, 'nowhere')(), /There is no connection to the database/);
  await gone.close();
});

test('a wrong password is reported in one sentence that names the variable', async (t) => {
  const { url } = await createTestDatabase();
  const wrong = new URL(url);
  wrong.password = 'wrong';
  const database = openDatabase({ url: wrong.href, name: 'test', connections: 1 });
  t.after(database.close);
  await assert.rejects(
    createReadyCheck(database, 'nowhere')(),
    /refuses .* in DATABASE_URL: check its secret\./,
  );
  await assert.rejects(database.query(sql`select 1`));
});
