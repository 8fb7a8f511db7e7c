import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for a system of a test's own. Should the test be ended before it could stop the system, what still runs
 * is killed with it.
 */
export function openOwnFolder(): string {
  const dir = mkdtempSync(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'stack-'));
  process.on('exit', () => {
    const registry = join(dir, 'processes.json');
    const { processes } = existsSync(registry)
      ? JSON.parse(readFileSync(registry, 'utf8'))
      : { processes: [] };
    for (const { pid } of processes as { pid: number }[]) kill(pid);
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
