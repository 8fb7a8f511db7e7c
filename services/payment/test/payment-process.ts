import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ComparedOrder } from '@repo/contracts/compared-order';
import { atTheEnd } from '@repo/testing';
import { env } from './payment-service.ts';

/** Runs a file of the service, with arguments, as a process of its own, as production does. */
function run(command: string[], more: Record<string, string>, stderr: 'inherit' | 'pipe' = 'inherit') {
  const flags = ['--import', '@repo/observability/preload'];
  const child = spawn(process.execPath, [...flags, ...command], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env, ...more },
    stdio: ['pipe', 'pipe', stderr],
  });
  // If the tests end this process first, its child ends with it.
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

/** Starts the service as a process, so that it can be killed. */
export async function spawnService(more: Record<string, string> = {}): Promise<{ kill(): Promise<void> }> {
  const child = run(['src/main.ts'], more);
  async function kill(): Promise<void> {
    const exited = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await exited;
  }
  atTheEnd(kill);
  for await (const line of createInterface({ input: child.stdout as Readable }))
    if (JSON.parse(line).msg === 'started') return { kill };
  throw new Error('The service never started.');
}

/** Reconciles as `npm run reconcile` does; `orders` are the lines that the order service has listed. */
export const runReconcile = ({
  args = ['--settle-seconds', '0'],
  more = {},
  orders,
}: {
  args?: string[];
  more?: Record<string, string>;
  orders: AsyncIterable<string> | Iterable<string>;
}) => runToEnd(['src/reconcile.ts', ...args], more, orders);

/** Makes refused payments due as `npm run retry-refused` does. */
export const runRetryRefused = () => runToEnd(['src/retry-refused.ts'], {}, []);

/** Returns the output and the exit status. */
async function runToEnd(
  command: string[],
  more: Record<string, string>,
  input: AsyncIterable<string> | Iterable<string>,
): Promise<{ lines: string[]; status: number }> {
  const child = run(command, more, 'pipe');
  const exited = once(child, 'exit');
  const listed = pipeline(Readable.from(input), child.stdin as Writable).catch(() => {});
  const printed = [child.stdout, child.stderr].map((stream) =>
    Array.fromAsync(createInterface({ input: stream as Readable })),
  );
  const lines = (await Promise.all(printed)).flat();
  const [status] = await exited;
  await listed;
  return { lines, status };
}

/** The lines in which the order service lists orders, with the last one. */
export function listOf(orders: ComparedOrder[]): string[] {
  return [...orders, { end: true }].map((line) => `${JSON.stringify(line)}\n`);
}
