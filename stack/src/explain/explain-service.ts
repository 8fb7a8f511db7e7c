import { PLANS_THAT_LAST } from '@repo/postgres';
import { inSession } from '../clients/postgres-session.ts';
import { type Finding, findingsOf, type PlannedStatement } from './findings.ts';
import { planAndRun, planOnly } from './plan-statement.ts';
import { readStatements } from './read-statements.ts';
import { readDatabase } from './read-tables.ts';

/** Where a service's statements and rows are. */
export type ServicePlace = {
  service: string;
  /** A role that may read all statistics and all rows, on any database of the server. */
  adminUrl: string;
  /** The service's own role, on its database. */
  serviceUrl: string;
};

export type Explanation = {
  service: string;
  /** When the counters of statements began, and those of tables; null where that is unknown. */
  since: Date | null;
  tablesSince: Date | null;
  /** The dearest first. The first ones were run, where that was safe. */
  statements: PlannedStatement[];
  findings: Finding[];
};

/** How many of the dearest statements are run. */
export const DEAREST = 10;

/**
 * Explains the statements of a service: their cost, their plans, and what is wrong with its tables and indexes. The dearest
 * are run in transactions that are rolled back; nothing is changed, but that the extension pg_stat_statements may be new.
 *
 * @throws Failure where Postgres counts no statements; the error of a connection
 */
export async function explainService({ service, adminUrl, serviceUrl }: ServicePlace): Promise<Explanation> {
  const { pathname, username } = new URL(serviceUrl);
  const own = { database: decodeURIComponent(pathname.slice(1)), role: decodeURIComponent(username) };
  const { since, statements } = await inSession({ connectionString: adminUrl }, (admin) =>
    readStatements(admin, own),
  );
  const readerUrl = Object.assign(new URL(adminUrl), { pathname }).href;
  const asService = { connectionString: serviceUrl, options: PLANS_THAT_LAST };
  return inSession({ connectionString: readerUrl, statement_timeout: 10_000 }, (reader) =>
    inSession(asService, async (client) => {
      const database = await readDatabase(reader);
      const planned: PlannedStatement[] = [];
      for (const [place, statement] of statements.entries()) {
        const plan = place < DEAREST ? planAndRun : planOnly;
        planned.push({ ...statement, plan: await plan({ service: client, reader }, statement.text) });
      }
      const findings = findingsOf(planned, database);
      return { service, since, tablesSince: database.since, statements: planned, findings };
    }),
  );
}
