import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type System, startSystem, systemElsewhere } from '@tenfold/stack';
import { atTheEnd } from './at-the-end.ts';

const PORTS = [
  ...['ORDER_PORT', 'INVENTORY_PORT', 'PAYMENT_PORT', 'NOTIFICATION_PORT'],
  ...['PAYMENT_PROVIDER_PORT', 'IDENTITY_PROVIDER_PORT', 'MAILBOX_PORT', 'MAILBOX_SMTP_PORT'],
];

/**
 * The system that runs elsewhere, in containers or on a cluster, where TENFOLD_RUNNING_FILE says so: it can be used and
 * looked into, and nothing else. Otherwise starts the whole system in a folder and on ports of its own, beside whatever else runs, and stops it when the tests
 * of this file have run. Should this process be ended before, `npm test` ends what it has started.
 */
export async function startTestSystem({ env = {} }: { env?: Record<string, string> } = {}): Promise<System> {
  if (process.env.TENFOLD_RUNNING_FILE) return systemElsewhere();
  const dir = await mkdtemp(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), 'system-'));
  const system = await startSystem({
    dir,
    say: (line) => console.log(line),
    env: { ...process.env, ...Object.fromEntries(PORTS.map((port) => [port, '0'])), ...env },
  });
  atTheEnd(system.stop);
  return system;
}
