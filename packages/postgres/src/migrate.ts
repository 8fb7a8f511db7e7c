import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

export class MigrationFailed extends Error {
  override name = 'MigrationFailed';
}

/**
 * Brings a database to the newest version: runs the files `NNN-verb-noun.sql` of a folder that it has not run yet, in
 * the order of their names, each in a transaction of its own that also notes it in `schema_migrations`. An advisory
 * lock lets several start at once: one works, the others wait and find nothing to do. Forward only.
 *
 * @param options.url of the role that owns the database
 * @returns the names of the files that were run
 * @throws MigrationFailed naming the file, when a statement fails, or when a file that has been run was changed.
 */
export async function migrate(options: { url: string; folder: string }): Promise<string[]> {
  const client = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 10_000 });
  // A lost connection fails the statement that it carries; unheard, its event would end this process too.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('migrate'))`);
    await client.query(`
      create table if not exists schema_migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    await client.query(REVOKE_WRITES);
    // The service asks whether its schema is new enough, and may have been given no default privileges yet.
    await client.query('grant select on schema_migrations to public');
    const applied = await readApplied(client);
    const names = (await readdir(options.folder)).filter((name) => name.endsWith('.sql')).sort();
    const run: string[] = [];
    for (const name of names) {
      const text = await readFile(`${options.folder}/${name}`, 'utf8');
      if (await applyOnce(client, { name, text, checksum: applied.get(name) })) run.push(name);
    }
    return run;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Default privileges let a service write to all tables of its migrator; what has been run is the migrator's alone to say. */
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

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function applyOnce(
  client: pg.Client,
  file: { name: string; text: string; checksum: string | undefined },
): Promise<boolean> {
  const checksum = createHash('sha256').update(file.text).digest('hex');
  if (file.checksum === checksum) return false;
  if (file.checksum) {
    throw new MigrationFailed(
      `${file.name} was changed after it had been applied; write a new file instead.`,
    );
  }
  try {
    await client.query('begin');
    await client.query(file.text);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      file.name,
      checksum,
    ]);
    await client.query('commit');
    return true;
  } catch (error) {
    // Where the connection is lost there is nothing to roll back, and the first error tells more.
    await client.query('rollback').catch(() => {});
    throw new MigrationFailed(`${file.name} failed: ${(error as Error).message}`, { cause: error });
  }
}
