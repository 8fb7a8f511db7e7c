import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endOrphans, isAlive } from '@tenfold/stack';
import { root } from './test-files.ts';

const FOLDER = join(root, '.tenfold-test');

/**
 * A folder for all that this run starts, beside that of `npm start`: `.tenfold-test/<pid>`. What earlier runs left
 * because they were killed, processes and files, is cleared away first.
 */
export async function openTestFolder(): Promise<{ dir: string; clear(): Promise<void> }> {
  await mkdir(FOLDER, { recursive: true });
  for (const name of await entriesOf(FOLDER)) if (!isAlive(Number(name))) await clear(join(FOLDER, name));
  const dir = join(FOLDER, String(process.pid));
  await mkdir(dir, { recursive: true });
  return { dir, clear: () => clear(dir) };
}

/** Every folder in it holds a ledger of the processes that were started from it, while there are some. */
async function clear(dir: string): Promise<void> {
  for (const entry of await entriesOf(dir)) await endOrphans(join(dir, entry, 'processes.json'));
  await rm(dir, { recursive: true, force: true });
  // Only the last one can take the folder itself away.
  await rmdir(FOLDER).catch(() => {});
}

/** None, where another run that clears up has just taken the folder away. */
function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
