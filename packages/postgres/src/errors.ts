import { getSystemErrorMap } from 'node:util';
import pg from 'pg';

/** No connection could be opened, for whatever reason: too many, refused, not allowed, not found. */
export class NoConnection extends Error {
  override name = 'NoConnection';
}

/** The SQLSTATE of an error of Postgres, e.g. '23505'; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const fromPostgres = error instanceof NoConnection ? error.cause : error;
  return fromPostgres instanceof pg.DatabaseError ? fromPostgres.code : undefined;
}

/**
 * Whether an error is caused by the environment and not by the data, so the same call may succeed later. These are lost
 * connections and all errors of the operating system about sockets and files; of SQLSTATE the classes 08 (connection), 28
 * (login), 40 (deadlock), 53 (resources), 57 (operator), 58 (system) and XX (internal), and 42: a missing table, column or
 * grant means that the schema is too old. Also 25006 (a read-only server), 25P03 and 25P04 (ended because it was idle, or
 * took too long) and 55P03 (a lock timeout).
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html)
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|28|40|42|53|57|58|XX|25006|25P03|25P04|55P03)/.test(state);
  if (error instanceof NoConnection) return true;
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  return SYSTEM_ERRORS.has(code) || LOST_CONNECTION.test(message);
}

/** The errors of the operating system and of name resolution: ECONNRESET, EMFILE, EAI_AGAIN. */
const SYSTEM_ERRORS: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  ...[...getSystemErrorMap().values()].map(([name]) => name),
]);

// The errors of pg about a connection that is lost, or was not opened in time. They have no code.
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered|Client was closed|timeout ex|Query read)/;
