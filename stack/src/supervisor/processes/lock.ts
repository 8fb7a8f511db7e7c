import { DatabaseSync } from 'node:sqlite';

/**
 * A lock that ends with its holder, however it ends: SQLite gets it from the operating system (fcntl), so no stale lock
 * must be judged by age or pid. Null: another process holds it.
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
