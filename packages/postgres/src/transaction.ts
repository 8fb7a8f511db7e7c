import type pg from 'pg';
import { recordTransaction, timeStatement } from './metrics.ts';
import type { Transaction } from './queryable.ts';
import type { Query } from './sql.ts';
import { isReadOnly, withConnection } from './with-connection.ts';

/** Runs work in a transaction on a connection of the pool. */
export function inTransaction<Result>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<Result>,
  lockTimeoutMs?: number,
): Promise<Result> {
  return withConnection(pool, async (client, discard) => {
    const tx = createTransaction(client);
    const began = performance.now();
    try {
      // `begin` is not awaited: it is sent with the first statement of `work`. If it fails, so does that statement.
      const begun = client.query(
        lockTimeoutMs ? `begin; set local lock_timeout = ${lockTimeoutMs}` : 'begin',
      );
      const [result] = await Promise.all([work(tx), begun]);
      tx.end();
      const { command } = await client.query('commit');
      // If a statement of the transaction has failed, `commit` returns ROLLBACK without an error.
      if (command !== 'COMMIT')
        throw new Error('A statement of this transaction failed and its error was swallowed.');
      recordTransaction(began, 'committed');
      tx.committed();
      return result;
    } catch (error) {
      tx.end();
      await client.query('rollback').catch(discard);
      recordTransaction(began, 'rolled_back');
      if (isReadOnly(error)) discard(error as Error);
      throw error;
    }
  });
}

/** When one branch of `work` has failed, another may continue: its later statements must not take effect. */
function createTransaction(client: pg.PoolClient): Transaction & { end(): void; committed(): void } {
  let ended = false;
  const callbacks: (() => void)[] = [];
  return {
    isTransaction: true,
    onCommit: (then) => void callbacks.push(then),
    committed: () => {
      for (const then of callbacks) then();
    },
    end: () => {
      ended = true;
    },
    query: async <Row>(query: Query<Row>) => {
      if (ended) throw new Error('This transaction has ended.');
      const { rows } = await timeStatement(query.operation ?? 'other', () => client.query(query));
      return rows as Row[];
    },
  };
}
