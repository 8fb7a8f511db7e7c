import { DatabaseSync } from 'node:sqlite';

/**
 * A lock that dies with its holder, however it dies: SQLite takes it from the operating system (fcntl), so nothing
 * stale is left to be judged by age or pid. Null: somebody else holds it.
 */
export function tryLock(file: string): { release(): void } | null {
  const database = new DatabaseSync(file);
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === 5) return null;
    throw error;
  }
  return { release: () => database.close() };
}
