import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type StandInName, standIns } from '@repo/stack/topology';
import { atTheEnd } from './at-the-end.ts';
import { root } from './runner/test-files.ts';

/**
 * Starts a stand-in for this test file, as a process of its own that remembers nothing; it stops with the tests.
 *
 * @returns its addresses: `url`, and `smtpUrl` where it receives mail
 */
export async function startStandIn(name: StandInName): Promise<{ url: string; smtpUrl?: string }> {
  const dir = await mkdtemp(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), `${name}-`));
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: join(root, 'external', name),
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      ...Object.fromEntries(standIns[name].ports.map(([port]) => [port, '0'])),
      [standIns[name].file]: join(dir, 'memory'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // If the test process ends first, its child ends with it.
  process.once('exit', () => child.kill('SIGKILL'));
  atTheEnd(async () => {
    const exited = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await exited;
    await rm(dir, { recursive: true });
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, ...addresses } = JSON.parse(line);
    if (msg === 'listening') return addresses;
  }
  throw new Error(`The ${name} never listened: ${await text(child.stderr)}`);
}
