import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, type System, startSystem, systemElsewhere } from '@repo/stack';
import { atTheEnd } from './at-the-end.ts';
import { areInContainers, openSource } from './server-sources/open.ts';
import { variablesOf } from './server-sources/server-source.ts';

/**
 * Starts the whole system in a folder and on ports and servers of its own, beside whatever else runs, and stops it when
 * the tests of this file have run. Should this process be ended before, `npm test` ends what it has started. Where
 * TENFOLD_RUNNING_FILE speaks of a system that runs elsewhere, in containers or on a cluster, it is that one.
 */
export async function startTestSystem({ env = {} }: { env?: Record<string, string> } = {}): Promise<System> {
  if (process.env.TENFOLD_RUNNING_FILE) {
    const system = systemElsewhere();
    // What is taken within a test goes by this, and not by the end of that test.
    atTheEnd(system.stop);
    return system;
  }
  const dir = await openFolder('system-');
  const servers = areInContainers() ? await startContainers() : {};
  const system = await startSystem({
    dir,
    say: (line) => console.log(line),
    env: { ...process.env, ...servers, ...freePorts, ...env },
  });
  atTheEnd(system.stop);
  return system;
}

/** Answers the variables by which the system is told to use them, instead of starting servers itself. */
async function startContainers(): Promise<Record<string, string>> {
  const source = await openSource({ inContainers: true });
  const servers = await source.start({ dir: await openFolder('servers-'), say: console.log });
  atTheEnd(servers.stop);
  return variablesOf(servers);
}

function openFolder(prefix: string): Promise<string> {
  return mkdtemp(join(process.env.TENFOLD_TEST_DIR ?? tmpdir(), prefix));
}
