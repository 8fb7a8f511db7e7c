import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endOrphans } from '@tenfold/stack';

const folder = resolve(import.meta.dirname, '../../.tenfold-bench');

/** A fresh folder for this run, beside that of `npm start`. What earlier runs have left is cleared away. */
export async function openBenchFolder() {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const [, pid] = /^run-(\d+)$/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) await clear(join(folder, name));
  }
  const dir = join(folder, `run-${process.pid}`);
  return {
    dir,
    clear: () => clear(dir),
    /** Writes the result, and answers where. */
    write(result: object): string {
      const file = join(folder, 'latest.json');
      writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
      return file;
    },
  };
}

async function clear(dir: string): Promise<void> {
  await endOrphans(join(dir, 'processes.json'));
  rmSync(dir, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
