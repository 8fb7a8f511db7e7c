import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Database, migrate, openDatabase } from '@repo/postgres';
import { createServiceDatabase, databaseNames } from '@repo/stack';
import { atTheEnd } from './at-the-end.ts';
import { testServers } from './servers.ts';

export interface TestDatabase {
  /** The address for the service's role, which may change rows but not tables. */
  url: string;
  /** The address for the migrate step's role. */
  migratorUrl: string;
  /** A pool of the service's role for the test itself. */
  database: Database;
}

/** Tables of outbox, inbox and idempotency keys, for tests of packages. */
const PACKAGE_MIGRATIONS = join(import.meta.dirname, '../migrations');

/**
 * Creates a migrated database for this test file, with the two roles that `npm start` gives a service. It is dropped when
 * the tests of the file have run.
 *
 * @param options.service whose roles the migrations name
 * @param options.migrations the service's folder of migrations; by default the packages' own tables; null
 *   for a database without tables
 */
export async function createTestDatabase(
  options: { service?: string; migrations?: string | null } = {},
): Promise<TestDatabase> {
  const { service = 'package', migrations = PACKAGE_MIGRATIONS } = options;
  const { postgresUrl } = testServers();
  const name = `test_${service}_${randomBytes(6).toString('hex')}`;
  const { appUrl, migratorUrl } = await createServiceDatabase(postgresUrl, {
    ...databaseNames(service),
    database: name,
    migratorPassword: passwordOf('migrator'),
    appPassword: passwordOf('app'),
    owner: { id: 'tests' },
  });
  atTheEnd(() => dropDatabase(postgresUrl, name));
  if (migrations !== null) await migrate({ url: migratorUrl, folder: migrations });
  const database = openDatabase({ url: appUrl, name: 'test' });
  atTheEnd(database.close);
  return { url: appUrl, migratorUrl, database };
}

/** Roles belong to the whole server, which several test files share, so each file must set the same password. */
function passwordOf(role: string): string {
  return createHash('sha256').update(`${testServers().postgresUrl} ${role}`).digest('base64url');
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  // Postgres writes a checkpoint first, which takes long on a busy disk.
  const options = { connections: 1, statementTimeoutMs: 60_000 };
  const admin = openDatabase({ url: adminUrl, name: 'test admin', ...options });
  await admin.query({ text: `drop database ${name} with (force)`, values: [] });
  await admin.close();
}
