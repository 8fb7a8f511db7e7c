import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atTheEnd } from '@tenfold/testing';
import { env } from './payment-service.ts';

/** Runs a file of the service as a process of its own, as production does. */
function run(file: string, more: Record<string, string>) {
  const flags = ['--disable-warning=TimeoutNegativeWarning', '--import', '@tenfold/observability/preload'];
  const child = spawn(process.execPath, [...flags, file], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Should the tests end this process before, its child ends with it.
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

/** The service as a process, so that it can be killed. Answers once it has started. */
export async function spawnService(more: Record<string, string> = {}): Promise<{ kill(): Promise<void> }> {
  const child = run('src/main.ts', more);
  async function kill(): Promise<void> {
    const exited = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await exited;
  }
  atTheEnd(kill);
  for await (const line of createInterface({ input: child.stdout }))
    if (JSON.parse(line).msg === 'started') return { kill };
  throw new Error('The service never started.');
}

/** Compares the books as `npm run reconcile` does: answers what is said, and the status. */
export async function runReconcile(): Promise<{ lines: string[]; status: number }> {
  const child = run('src/reconcile.ts', {});
  const exited = once(child, 'exit');
  const lines = await Array.fromAsync(createInterface({ input: child.stdout }));
  const [status] = await exited;
  return { lines, status };
}
