import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReadyCheck, type Database, migrate, openDatabase, sql } from '@repo/postgres';
import { atTheEnd, createTestDatabase } from '@repo/testing';

const folder = join(import.meta.dirname, '../migrations');
const dump = readFileSync(join(import.meta.dirname, 'older-database.sql'), 'utf8');

/** Each table with its rows, and the rows with the names of their columns. */
async function readTables(owner: Database): Promise<[name: string, rows: unknown[]][]> {
  const tables = await owner.query(sql<{ name: string }>`
    select tablename as name
    from pg_tables
    where schemaname = 'public'
    order by tablename`);
  return await Promise.all(
    tables.map(async ({ name }): Promise<[string, unknown[]]> => {
      const text = `select to_json(${name})::text as row from ${name} order by row`;
      return [name, await owner.query({ text, values: [] })];
    }),
  );
}

test('a database of the older history is refused, and keeps every row', async () => {
  const { migratorUrl: url, database } = await createTestDatabase({ service: 'order', migrations: null });
  const owner = openDatabase({ url, name: 'test', connections: 1 });
  atTheEnd(owner.close);
  await owner.query({ text: dump, values: [] });
  const before = await readTables(owner);

  await assert.rejects(migrate({ url, folder }), {
    name: 'MigrationFailed',
    message:
      'The database has the migrations of another history (005-index-messaging-by-time.sql): start with an empty ' +
      'database (docs/deploy.md, "A database of another history").',
  });

  assert.ok(before.length > 0 && before.every(([, rows]) => rows.length > 0));
  assert.deepEqual(await readTables(owner), before);
  await assert.rejects(
    createReadyCheck(database, folder)(),
    /^Error: The schema is too old: run the migrate step/,
  );
});
