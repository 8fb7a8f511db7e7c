import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endOrphans } from './processes/process-registry.ts';

/**
 * Creates a folder in `folder` for a system of this run alone. The processes and files of runs that were killed are
 * removed first; everything else in `folder` stays.
 */
export async function openRunFolder(folder: string): Promise<{ dir: string; clear(): Promise<void> }> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const [, pid] = /^run-(\d+)$/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) await clear(join(folder, name));
  }
  const dir = join(folder, `run-${process.pid}`);
  return { dir, clear: () => clear(dir) };
}

async function clear(dir: string): Promise<void> {
  await endOrphans(join(dir, 'processes.json'));
  rmSync(dir, { recursive: true, force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
