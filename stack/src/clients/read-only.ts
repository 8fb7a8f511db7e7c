import type { FieldDef } from 'pg';
import { Failure } from '../failure.ts';
import { asWritten } from '../text/sql-cells.ts';
import { inSession } from './postgres-session.ts';

/** Runs one query in a read-only transaction. Throws a Failure with the error of Postgres or of the connection. */
export async function readOnly(
  url: string,
  query: string,
): Promise<{ fields: FieldDef[]; rows: (string | null)[][] }> {
  const connection = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=UTC -c datestyle=ISO -c bytea_output=hex',
    types: asWritten,
  };
  try {
    return await inSession(connection, async (client) => {
      await client.query('begin read only');
      // The extended protocol accepts one statement only: no second one can end the transaction.
      const request = { text: query, rowMode: 'array' as const, queryMode: 'extended' };
      const { fields, rows } = await client.query<(string | null)[]>(request);
      return { fields: fields ?? [], rows: rows ?? [] };
    });
  } catch (error) {
    throw new Failure(`Postgres: ${(error as Error).message}`);
  }
}
