import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');

/** The tests that see a system from outside. The others stop its processes, or read its spans. */
const files = ['orders', 'http-edges', 'dead-letters', 'events', 'notification/messages']
  .map((name) => `e2e/test/${name}.test.ts`)
  .filter((file) => existsSync(join(root, file)));

/**
 * Runs the tests of e2e that need only the addresses of a system.
 *
 * @param env the variables by which the tests find it
 * @returns the number of tests
 * @throws Error when a test fails
 */
export async function runBlackBoxTests(env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'testing/src/runner/run-tests.ts'), ...files], {
    cwd: root,
    env: { ...process.env, INIT_CWD: root, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(`  ${line}`);
    if (line) last = line;
  }
  const [status] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  if (status !== 0) throw new Error(last);
  return last;
}
