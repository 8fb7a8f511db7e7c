import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endOrphans, startServers } from '@repo/stack';
import type { ServerSource } from './server-source.ts';

/** Processes on this machine, from the packages of decision 005. */
export const packages: ServerSource = {
  start: startServers,
  async endLeftovers(folder) {
    // Another run may just have removed it.
    const entries = await readdir(folder).catch(() => []);
    // Each holds a ledger of the processes that were started from it, while there are some.
    for (const entry of entries) await endOrphans(join(folder, entry, 'processes.json'));
  },
};
