export {
  type Database,
  type DatabaseOptions,
  isUnavailable,
  openDatabase,
  type Queryable,
  sqlState,
  type Transaction,
} from './database.ts';
export { type GroupCommit, groupCommit, QueueFull } from './group-commit.ts';
export { MigrationFailed, migrate } from './migrate.ts';
export { openSession, type Session } from './session.ts';
export { type Query, sql } from './sql.ts';
