import type pg from 'pg';
import { NoConnection, sqlState } from './errors.ts';

/**
 * Runs work on a connection of the pool. The work calls `discard` with the error that makes the connection useless: then
 * the pool closes it.
 *
 * @throws NoConnection when the pool has no connection
 */
export async function withConnection<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, discard: (reason: Error) => void) => Promise<Result>,
): Promise<Result> {
  const client = await connect(pool);
  let useless: Error | undefined;
  client.on('error', ignore);
  try {
    return await work(client, (reason) => {
      useless = reason;
    });
  } finally {
    client.off('error', ignore);
    client.release(useless);
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new NoConnection('There is no connection to the database.', { cause: error });
  }
}

/** A lost connection also fails its statements. Without a listener its event would end the process. */
function ignore(): void {}

/** Whether the error of a statement makes its connection useless: it is lost, or its server is read-only. */
export function makesUseless(error: unknown): boolean {
  return sqlState(error) === undefined || isReadOnly(error);
}

/** After a failover behind a name or a proxy, another connection may lead to the server that accepts writes. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006';
}
