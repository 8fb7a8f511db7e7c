import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { inSession } from '../clients/postgres-session.ts';
import { Failure } from '../failure.ts';
import { project } from '../project.ts';

/** A database of a service, and its roles. */
export type DatabaseNames = {
  database: string;
  /** Owns the database and changes its tables. */
  migratorRole: string;
  /** Reads and writes rows; creates no tables, and connects to no other database. */
  appRole: string;
};

export const databaseNames = (service: string): DatabaseNames => ({
  database: service,
  migratorRole: `${service}_migrator`,
  appRole: `${service}_app`,
});

export type ServiceDatabase = DatabaseNames & { migratorPassword: string; appPassword: string; owner: Owner };

/** The owner of roles and of their databases, in the comments of the roles: several systems may share a server. */
export type Owner = {
  /** A unique name. */
  id: string;
  /** Whether roles without a comment are theirs too: on a server that they have started themselves. */
  adopts?: boolean;
};

/**
 * Creates a database with its two roles, or brings existing ones into the same state; several processes may do so at
 * once. The app role may use the tables that the migrator creates later. Throws a Failure, and changes nothing, where a
 * database or a role has another owner.
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
    // Roles belong to the whole server; two concurrent changes of one role would fail.
    await admin.query(`select pg_advisory_lock(hashtext('create-service-database'))`);
    await refuseForeign(admin, [wanted], wanted.owner);
    const { migratorRole, migratorPassword, appRole, appPassword, owner } = wanted;
    await ensureRole(admin, migratorRole, migratorPassword, { owner, statementTimeout: '5min' });
    await ensureRole(admin, appRole, appPassword, { owner, statementTimeout: '10s' });
    await ensureDatabase(admin, wanted);
  });
  await inSession({ connectionString: migratorUrl }, (migrator) => grantTables(migrator, wanted.appRole));
  return { migratorUrl, appUrl };
}

/** Throws a Failure where a database or a role of these names has another owner. Changes nothing. */
export async function refuseForeignDatabases(
  adminUrl: string,
  wanted: DatabaseNames[],
  owner: Owner,
): Promise<void> {
  await inSession({ connectionString: adminUrl }, (admin) => refuseForeign(admin, wanted, owner));
}

async function refuseForeign(admin: Client, wanted: DatabaseNames[], owner: Owner): Promise<void> {
  const roles = wanted.flatMap(({ migratorRole, appRole }) => [migratorRole, appRole]);
  const { rows } = await admin.query<{ name: string; comment: string | null }>(
    `select format('role "%s"', rolname) as name, shobj_description(oid, 'pg_authid') as comment
     from pg_roles
     where rolname = any ($1)
     union all
     select format('database "%s"', datname), shobj_description(datdba, 'pg_authid')
     from pg_database
     where datname = any ($2)`,
    [roles, wanted.map(({ database }) => database)],
  );
  const isTheirs = (comment: string | null) =>
    comment === null ? owner.adopts === true : comment === commentOf(owner);
  const foreign = rows.find(({ comment }) => !isTheirs(comment));
  if (foreign) throw new Failure(`the ${foreign.name} does not belong to this system`);
}

const commentOf = ({ id }: Owner) => `of the ${project.title} system ${id}`;

async function ensureRole(
  admin: Client,
  name: string,
  password: string,
  { owner, statementTimeout }: { owner: Owner; statementTimeout: string },
) {
  const role = escapeIdentifier(name);
  const comment = `comment on role ${role} is ${escapeLiteral(commentOf(owner))}`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [name]);
  // One transaction: a crash leaves no role without an owner.
  await admin.query(rowCount ? comment : `create role ${role}; ${comment}`);
  await admin.query(`alter role ${role} with login password ${escapeLiteral(password)}`);
  await admin.query(`alter role ${role} set statement_timeout = '${statementTimeout}'`);
  await admin.query(`alter role ${role} set idle_in_transaction_session_timeout = '10s'`);
}

async function ensureDatabase(admin: Client, { database, migratorRole, appRole }: ServiceDatabase) {
  const [name, owner, app] = [database, migratorRole, appRole].map(escapeIdentifier);
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [database]);
  if (!rowCount) {
    // Only a member of a role may make it the owner of a database: a managed server's admin needs this, a superuser does not.
    await admin.query(`grant ${owner} to current_user`);
    await admin.query(`create database ${name} owner ${owner}`);
  }
  await admin.query(`revoke connect, temporary on database ${name} from public`);
  await admin.query(`grant connect on database ${name} to ${app}`);
}

async function grantTables(migrator: Client, appRole: string): Promise<void> {
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
