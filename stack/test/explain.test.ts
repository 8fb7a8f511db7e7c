import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Client } from 'pg';
import { inSession } from '../src/clients/postgres-session.ts';
import { type Explanation, explainService } from '../src/explain/explain-service.ts';
import { explanationLines } from '../src/explain/explanation-lines.ts';
import { resetStatements } from '../src/explain/read-statements.ts';
import { createServiceDatabase, databaseNames, freePort } from '../src/index.ts';
import { postgresSpec } from '../src/servers/postgres.ts';
import { claimFolder } from '../src/supervisor/state-folder.ts';
import { createSupervisor } from '../src/supervisor/supervisor.ts';

const dir = mkdtempSync(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'explain-'));
const names = databaseNames('library');
let place: { service: string; adminUrl: string; serviceUrl: string };
let stop = async () => {};
after(async () => {
  await stop();
  rmSync(dir, { recursive: true });
});

const schema = `
  create sequence visits;
  create table shelves (id integer primary key);
  create table books (
    id integer primary key,
    shelf_id integer not null references shelves (id),
    author text not null,
    title text not null,
    lent_to text
  );
  create index books_by_title on books (title);
  create table readers (id integer primary key, name text not null);
  create index readers_by_name on readers (name);
  insert into shelves select generate_series(1, 200);
  insert into books
  select id, 1 + id % 200, 'author ' || id % 3000, 'title ' || id from generate_series(1, 30000) as id;
  insert into readers select id, 'reader ' || id from generate_series(1, 20) as id;
  delete from shelves where id not in (select shelf_id from books);
  analyze;`;

/** The statements of the service: by none and by an index, an update and an insert, and one with an effect that no rollback undoes. */
async function work(client: Client): Promise<void> {
  for (let author = 0; author < 20; author++) {
    await client.query('select id, title from books where author = $1 order by id limit $2', [
      `author ${author}`,
      5,
    ]);
    await client.query(`select json_build_object('title', title) from books where id = any ($1::integer[])`, [
      [author + 1],
    ]);
    await client.query('update books set lent_to = $2 where id = $1', [author + 1, 'reader 7']);
    await client.query('insert into readers (id, name) values ($1, $2)', [author + 21, 'reader']);
    await client.query(`select nextval('visits')`);
  }
}

before(async () => {
  const supervisor = createSupervisor({ folder: await claimFolder(dir), print: () => {} });
  stop = supervisor.close;
  const { url: adminUrl, spec } = await postgresSpec(supervisor.folder, await freePort());
  await supervisor.run(spec);
  const { appUrl, migratorUrl } = await createServiceDatabase(adminUrl, {
    ...names,
    ...{ migratorPassword: 'one', appPassword: 'two', owner: { id: 'tests' } },
  });
  place = { service: 'library', adminUrl, serviceUrl: appUrl };
  await inSession({ connectionString: migratorUrl }, (client) => client.query(schema));
  await inSession({ connectionString: appUrl, options: '-c enable_seqscan=off' }, work);
});

const explain = (): Promise<Explanation> => explainService(place);
const query = async (text: string): Promise<unknown[]> => {
  const url = Object.assign(new URL(place.adminUrl), { pathname: '/library' }).href;
  return inSession({ connectionString: url }, async (client) => {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows.flat();
  });
};

test('a statement without an index is run with values of the table, and its finding names the condition', async () => {
  const { statements, findings } = await explain();
  const reading = statements.find(({ text }) => text.includes('where author ='));
  assert.equal(reading?.calls, 20);
  assert.deepEqual([reading?.plan.wasRun, reading?.plan.values], [true, ['a value of books.author', '20']]);
  const naming = statements.find(({ text }) => text.includes('json_build_object'));
  assert.equal(naming?.plan.reason, undefined);
  const [finding, ...others] = findings.filter(({ kind, isNote }) => kind === 'table-read-whole' && !isNote);
  assert.equal(others.length, 0);
  assert.match(
    finding?.what ?? '',
    /whole table books \(30 000 rows\), to keep \d+ of [\d ]+ rows: 20 calls/,
  );
  assert.match(finding?.todo ?? '', /index on the columns of its condition .*books\.author = /);
});

test('a foreign key without an index and an index that no statement uses are found on large tables only', async () => {
  const { findings } = await explain();
  const found = (wanted: string) => findings.filter(({ kind }) => kind === wanted).map(({ what }) => what);
  assert.equal(found('index-unused').length, 1);
  assert.match(found('index-unused')[0] ?? '', /index books_by_title of books/);
  assert.equal(found('foreign-key-without-index').length, 1);
  assert.match(found('foreign-key-without-index')[0] ?? '', /books_shelf_id_fkey .*deleted from shelves/);
});

test('a statement that changes rows is run and leaves no change, and one with a lasting effect is not run', async () => {
  const before = await query(
    `select sum(hashtext(books::text)), (select last_value from visits), (select count(*) from readers) from books`,
  );
  const { statements } = await explain();
  const writing = statements.find(({ text }) => text.startsWith('update books'));
  assert.deepEqual(writing?.plan.values, ['a value of books.id', 'a value of books.lent_to']);
  assert.equal(writing?.plan.wasRun, true);
  const inserting = statements.find(({ text }) => text.startsWith('insert'));
  assert.match(inserting?.plan.reason ?? '', /writes values that no table tells/);
  const visiting = statements.find(({ text }) => text.includes('nextval'));
  assert.match(visiting?.plan.reason ?? '', /calls nextval/);
  const after = await query(
    `select sum(hashtext(books::text)), (select last_value from visits), (select count(*) from readers) from books`,
  );
  assert.deepEqual(after, before);
});

test('a table with many dead rows wants vacuum', async () => {
  await query(`alter table books set (autovacuum_enabled = off)`);
  await query(`update books set lent_to = 'reader 1'`);
  await query('select pg_stat_force_next_flush()');
  const found = (await explain()).findings.filter(({ kind }) => kind === 'table-wants-vacuum');
  assert.match(
    found[0]?.what ?? '',
    /books has [\d ]+ dead rows beside [\d ]+ live ones; autovacuum begins at 6 050/,
  );
});

test('the explanation for a terminal names every statement, and holds no value of a row', async () => {
  const text = explanationLines(await explain()).join('\n');
  assert.match(text, /5 statements/);
  assert.match(text, /Findings in library/);
  assert.doesNotMatch(text, /'author \d|title \d/);
});

test('after a reset, statements are counted again', async () => {
  await inSession({ connectionString: place.adminUrl }, (admin) => resetStatements(admin, 'library'));
  assert.deepEqual((await explain()).statements, []);
});
