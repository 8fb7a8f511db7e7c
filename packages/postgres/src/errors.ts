import { getSystemErrorMap } from 'node:util';
import pg from 'pg';

/** No connection could be had, whatever the reason: full, refused, not allowed, not found. */
export class NoConnection extends Error {
  override name = 'NoConnection';
}

/** The SQLSTATE of an error that Postgres answered with, e.g. '23505'; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const answered = error instanceof NoConnection ? error.cause : error;
  return answered instanceof pg.DatabaseError ? answered.code : undefined;
}

/**
 * Whether an error is the environment's and not the data's, so that the same call may pass later. Lost connections, and
 * whatever the operating system says of sockets and files; of SQLSTATE the classes 08 (connection), 28 (login), 40
 * (deadlock), 53 (resources), 57 (operator), 58 (system) and XX (internal), and 42: a table, a column or a grant that is
 * missing is a schema that lags. Also 25006 (a server that takes no writes), 25P03 and 25P04 (ended because it said
 * nothing, or took too long) and 55P03 (a lock waited for in vain).
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html)
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|28|40|42|53|57|58|XX|25006|25P03|25P04|55P03)/.test(state);
  if (error instanceof NoConnection) return true;
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  return SYSTEM_ERRORS.has(code) || LOST_CONNECTION.test(message);
}

/** What the operating system and its resolver of names say of sockets and files: ECONNRESET, EMFILE, EAI_AGAIN. */
const SYSTEM_ERRORS: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  ...[...getSystemErrorMap().values()].map(([name]) => name),
]);

// What pg itself says of a connection that is gone, or could not be had in time: it gives these errors no code.
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered|Client was closed|timeout ex|Query read)/;
