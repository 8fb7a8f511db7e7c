import type { Query } from './sql.ts';

/** Anything that runs statements: the pool, a transaction, or a session. */
export interface Queryable {
  query<Row>(query: Query<Row>): Promise<Row[]>;
}

/** An open transaction. Statements that are sent without waiting for one another share a round trip. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
  /** Calls `then` after the commit; never, if the transaction is rolled back. It must not throw. */
  onCommit(then: () => void): void;
}
