import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { inSession } from './postgres-session.ts';

export type ServiceDatabase = {
  database: string;
  /** Owns the database and changes its tables. */
  migratorRole: string;
  migratorPassword: string;
  /** Reads and writes rows; makes no tables, and reaches no other database. */
  appRole: string;
  appPassword: string;
};

/**
 * Makes a database with its two roles, or brings what is there to the same state; any number of processes may do so
 * at once. What the migrator creates, the app role may use from then on.
 *
 * @param adminUrl the address of a role that may create roles and databases
 * @returns the addresses of the database for each of the two roles
 */
export async function createServiceDatabase(
  adminUrl: string,
  wanted: ServiceDatabase,
): Promise<{ migratorUrl: string; appUrl: string }> {
  const migratorUrl = urlOf(adminUrl, wanted.database, wanted.migratorRole, wanted.migratorPassword);
  const appUrl = urlOf(adminUrl, wanted.database, wanted.appRole, wanted.appPassword);
  await inSession({ connectionString: adminUrl }, async (admin) => {
    // Roles belong to the whole server, where two changes of one role at once collide.
    await admin.query(`select pg_advisory_lock(hashtext('create-service-database'))`);
    await ensureRole(admin, wanted.migratorRole, wanted.migratorPassword, { statementTimeout: '5min' });
    await ensureRole(admin, wanted.appRole, wanted.appPassword, { statementTimeout: '10s' });
    await ensureDatabase(admin, wanted);
  });
  await inSession({ connectionString: migratorUrl }, (migrator) => letAppUseTables(migrator, wanted.appRole));
  return { migratorUrl, appUrl };
}

async function ensureRole(
  admin: Client,
  name: string,
  password: string,
  limits: { statementTimeout: string },
) {
  const role = escapeIdentifier(name);
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [name]);
  if (!rowCount) await admin.query(`create role ${role}`);
  await admin.query(`alter role ${role} with login password ${escapeLiteral(password)}`);
  await admin.query(`alter role ${role} set statement_timeout = '${limits.statementTimeout}'`);
  await admin.query(`alter role ${role} set idle_in_transaction_session_timeout = '10s'`);
}

async function ensureDatabase(admin: Client, { database, migratorRole, appRole }: ServiceDatabase) {
  const [name, owner, app] = [database, migratorRole, appRole].map(escapeIdentifier);
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [database]);
  if (!rowCount) {
    // Only a member of a role may give it a database; a superuser needs no membership, a managed server's admin does.
    await admin.query(`grant ${owner} to current_user`);
    await admin.query(`create database ${name} owner ${owner}`);
  }
  await admin.query(`revoke connect, temporary on database ${name} from public`);
  await admin.query(`grant connect on database ${name} to ${app}`);
}

async function letAppUseTables(migrator: Client, appRole: string): Promise<void> {
  const app = escapeIdentifier(appRole);
  await migrator.query(`select pg_advisory_lock(hashtext('let-app-use-tables'))`);
  await migrator.query(`grant usage on schema public to ${app}`);
  await migrator.query(
    `alter default privileges in schema public grant select, insert, update, delete on tables to ${app}`,
  );
  await migrator.query(
    `alter default privileges in schema public grant usage, select on sequences to ${app}`,
  );
}

function urlOf(adminUrl: string, database: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
}
