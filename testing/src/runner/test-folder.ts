import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '@repo/stack';
import type { ServerSource } from '../server-sources/server-source.ts';
import { root } from './test-files.ts';

const FOLDER = join(root, '.tenfold-test');

/**
 * Opens a folder for all that this run starts: `.tenfold-test/<pid>`. It first removes what killed runs left behind, servers
 * and files.
 */
export async function openTestFolder({
  endLeftovers,
}: Pick<ServerSource, 'endLeftovers'>): Promise<{ dir: string; clear(): Promise<void> }> {
  const clear = async (dir: string) => {
    await endLeftovers(dir);
    await rm(dir, { recursive: true, force: true });
    // Only the last run can remove the folder itself.
    await rmdir(FOLDER).catch(() => {});
  };
  await mkdir(FOLDER, { recursive: true });
  // Another run may just have removed it.
  const earlier = await readdir(FOLDER).catch(() => []);
  for (const name of earlier) if (!isAlive(Number(name))) await clear(join(FOLDER, name));
  const dir = join(FOLDER, String(process.pid));
  await mkdir(dir, { recursive: true });
  return { dir, clear: () => clear(dir) };
}
