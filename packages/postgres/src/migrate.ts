import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

export class MigrationFailed extends Error {
  override name = 'MigrationFailed';
}

/** A file of the folder. Its checksum shows whether it was changed after it had been applied. */
interface Migration {
  name: string;
  text: string;
  checksum: string;
}

/** The checksums of the migrations that a database has, by name. */
type Applied = Map<string, string>;

/**
 * Brings a database to the newest version: applies the pending files `NNN-verb-noun.sql` of a folder, in the order of their
 * names, each in a transaction of its own that also records it in `schema_migrations`. Several may start at once: one holds
 * an advisory lock, the others wait and find nothing to do. Forward only.
 *
 * @param options.url of the role that owns the database
 * @returns the names of the files that were applied
 * @throws MigrationFailed naming the file, when a statement fails; and before any file is applied, when an applied file
 *   was changed, or when the database has the migrations of another history.
 */
export async function migrate(options: { url: string; folder: string }): Promise<string[]> {
  const client = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 10_000 });
  // A lost connection fails its statement. Without a listener its event would end this process too.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('migrate'))`);
    await client.query(`
      create table if not exists schema_migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    await client.query(REVOKE_WRITES);
    // The service checks whether its schema is new enough, and may have no default privileges yet.
    await client.query('grant select on schema_migrations to public');
    const applied = await readApplied(client);
    const migrations = await readMigrations(options.folder);
    refuseOtherHistory(migrations, applied);
    refuseChanges(migrations, applied);
    const pending = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Default privileges let a service write to all tables of its migrator; only the migrator may write this one. */
const REVOKE_WRITES = `
  do $$
  declare role name;
  begin
    for role in
      select distinct grantee from information_schema.table_privileges
      where table_schema = current_schema and table_name = 'schema_migrations' and grantee not in (current_user, 'PUBLIC')
    loop
      execute format('revoke insert, update, delete, truncate on schema_migrations from %I', role);
    end loop;
  end $$`;

async function readApplied(client: pg.Client): Promise<Applied> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations order by name',
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(`${folder}/${name}`, 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/**
 * Throws where the database has a file that the folder lacks, and whose number is not above all of the folder's: files
 * with higher numbers come from newer code, which may have run before this code was rolled back.
 */
function refuseOtherHistory(migrations: Migration[], applied: Applied): void {
  const names = migrations.map(({ name }) => name);
  const newest = numberOf(names.at(-1) ?? '');
  const unknown = [...applied.keys()].find((name) => !names.includes(name) && numberOf(name) <= newest);
  if (unknown === undefined) return;
  throw new MigrationFailed(
    `The database has the migrations of another history (${unknown}): start with an empty database ` +
      '(docs/deploy.md, "A database of another history").',
  );
}

const numberOf = (name: string) => name.slice(0, 3);

function refuseChanges(migrations: Migration[], applied: Applied): void {
  const changed = migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (changed === undefined) return;
  throw new MigrationFailed(
    `${changed.name} was changed after it had been applied; write a new file instead.`,
  );
}

async function apply(client: pg.Client, { name, text, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(text);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (error) {
    // After a lost connection there is nothing to roll back, and the first error explains more.
    await client.query('rollback').catch(() => {});
    throw new MigrationFailed(`${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
