export { latestOf, readClock } from './clock.ts';
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queryable,
  type Transaction,
} from './database.ts';
export { DatabaseConfig } from './database-config.ts';
export { isUnavailable, sqlState } from './errors.ts';
export { type GroupCommit, groupCommit, QueueFull } from './group-commit.ts';
export { MigrationFailed, migrate } from './migrate.ts';
export { createReadyCheck } from './ready-check.ts';
export { openSession, type Session } from './session.ts';
export { type Query, sql } from './sql.ts';
