import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atTheEnd } from '@tenfold/testing';
import { env } from './payment-service.ts';

/** Runs a file of the service as a process of its own, as production does. */
function run(file: string, more: Record<string, string>, stderr: 'inherit' | 'pipe' = 'inherit') {
  const flags = ['--disable-warning=TimeoutNegativeWarning', '--import', '@tenfold/observability/preload'];
  const child = spawn(process.execPath, [...flags, file], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env, ...more },
    stdio: ['ignore', 'pipe', stderr],
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
  for await (const line of createInterface({ input: child.stdout as Readable }))
    if (JSON.parse(line).msg === 'started') return { kill };
  throw new Error('The service never started.');
}

/** Compares the books as `npm run reconcile` does: answers what is said, and the status. */
export async function runReconcile(
  more: Record<string, string> = {},
): Promise<{ lines: string[]; status: number }> {
  const child = run('src/reconcile.ts', more, 'pipe');
  const exited = once(child, 'exit');
  const said = [child.stdout, child.stderr].map((stream) =>
    Array.fromAsync(createInterface({ input: stream as Readable })),
  );
  const lines = (await Promise.all(said)).flat();
  const [status] = await exited;
  return { lines, status };
}
