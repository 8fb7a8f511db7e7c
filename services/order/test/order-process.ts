import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atTheEnd } from '@repo/testing';
import { env } from './order-service.ts';

const SHUTDOWN_SECONDS = 6;
export const limit = { SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS) };

export interface OrderProcess {
  url: string;
  /** Asks the process to end; returns its exit status, and after how many seconds. */
  end(): Promise<End>;
}

interface End {
  status: number | null;
  seconds: number;
}

/** Asserts that the process has ended with status 0, in time. */
export function assertEnded({ status, seconds }: End): void {
  assert.equal(status, 0);
  assert.ok(seconds < SHUTDOWN_SECONDS, `It took ${seconds} s.`);
}

/** Starts the order service as a process of its own, as in production, with more environment. */
export async function spawnService(more: Record<string, string> = {}): Promise<OrderProcess> {
  const flags = ['--import', '@repo/observability/preload'];
  const child = spawn(process.execPath, [...flags, 'src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env, ORDER_PORT: '0', ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  // If the tests end this process first, its child ends with it.
  process.once('exit', () => child.kill('SIGKILL'));
  atTheEnd(() => child.kill('SIGKILL') && exited);

  async function end(): Promise<End> {
    const since = performance.now();
    child.kill('SIGTERM');
    const [status] = await exited;
    return { status, seconds: (performance.now() - since) / 1_000 };
  }

  const started = Promise.withResolvers<string>();
  // Read to the end: a process that can no longer write its lines would block.
  createInterface({ input: child.stdout as Readable }).on('line', (line) => {
    const { msg, url } = JSON.parse(line);
    if (msg === 'started') started.resolve(url);
  });
  void exited.then(() => started.reject(new Error('The service never started.')));
  return { url: await started.promise, end };
}
