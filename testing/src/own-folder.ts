import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for the system of a test. If the test is stopped before it could stop the system, the system's processes are
 * killed with it.
 */
export function openOwnFolder(): string {
  const dir = mkdtempSync(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'system-'));
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
    // It has ended already.
  }
}
