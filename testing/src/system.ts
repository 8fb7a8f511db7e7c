import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, type System, startSystem, systemElsewhere } from '@repo/stack';
import { atTheEnd } from './at-the-end.ts';
import { areInContainers, openSource } from './server-sources/open.ts';
import { variablesOf } from './server-sources/server-source.ts';

/**
 * Starts the whole system with its own folder, ports and servers, and stops it when the tests of this file have run. If this
 * process is killed first, `npm test` stops what it started. Where TENFOLD_RUNNING_FILE names a system that runs elsewhere,
 * in containers or on a cluster, that system is used.
 */
export async function startTestSystem({ env = {} }: { env?: Record<string, string> } = {}): Promise<System> {
  if (process.env.TENFOLD_RUNNING_FILE) {
    const system = systemElsewhere();
    // A resource that a test acquires lives until the file ends, not until that test ends.
    atTheEnd(system.stop);
    return system;
  }
  const dir = await openFolder('system-');
  const servers = areInContainers() ? await startContainers() : {};
  const system = await startSystem({
    dir,
    print: (line) => console.log(line),
    env: { ...process.env, ...servers, ...freePorts, ...env },
  });
  atTheEnd(system.stop);
  return system;
}

/** Returns the variables that make the system use these servers instead of starting its own. */
async function startContainers(): Promise<Record<string, string>> {
  const source = await openSource({ inContainers: true });
  const servers = await source.start({ dir: await openFolder('servers-'), print: console.log });
  atTheEnd(servers.stop);
  return variablesOf(servers);
}

function openFolder(prefix: string): Promise<string> {
  return mkdtemp(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), prefix));
}
