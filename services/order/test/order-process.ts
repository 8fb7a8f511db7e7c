import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atTheEnd, eventually } from '@repo/testing';
import { env, post } from './order-service.ts';

const SHUTDOWN_SECONDS = 5;
/** For a busy machine. A process that waits for a dependency that does not respond takes longer: ten seconds or more. */
const MARGIN_SECONDS = 3;
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
export function assertEnded({ status, seconds }: End, withinSeconds = SHUTDOWN_SECONDS): void {
  assert.equal(status, 0);
  assert.ok(seconds < withinSeconds + MARGIN_SECONDS, `It took ${seconds} s.`);
}

/** Places an order, again for as long as the process is too busy to accept one: it may just have started. */
export async function placeOrder(url: string): Promise<void> {
  const { status, text } = await eventually(
    async () => {
      const answer = await post({}, url);
      return answer.status !== 503 && answer;
    },
    { what: 'a process that accepts orders' },
  );
  assert.equal(status, 201, text);
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
