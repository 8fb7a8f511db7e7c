import { resolve } from 'node:path';
import {
  isSystemRunning,
  openRunFolder,
  type Running,
  readRunning,
  startSystem,
  stateFolder,
} from '@repo/stack';
import { isolatedEnvironment } from '../../src/isolated-environment.ts';
import type { RunContext } from '../../src/run-context.ts';

/** The system under test. */
export interface SystemUnderTest {
  /** For messages. */
  name: string;
  orderUrl: string;
  catalogueUrl: string;
  issuer: string;
  /** The rest of the system; undefined if only the addresses above are reachable. */
  running: Running | undefined;
  isOwn: boolean;
  /** @param keeps whether logs and data of a started system are kept */
  close(keeps: boolean): Promise<void>;
}

export interface TargetOptions {
  target?: string | undefined;
  catalogue?: string | undefined;
  issuer?: string | undefined;
  /** Starts a system even if one is running. */
  own: boolean;
}

export const loadFolder = resolve(import.meta.dirname, '../../../.tenfold-load');

/** The system at the given address, else the running one, else one that is started for this run. */
export async function openSystemUnderTest(
  options: TargetOptions,
  context: RunContext,
): Promise<SystemUnderTest> {
  const { target, catalogue = target, issuer } = options;
  if (target && catalogue && issuer) {
    const addresses = { orderUrl: target, catalogueUrl: catalogue, issuer };
    return { name: target, ...addresses, running: undefined, isOwn: false, close: async () => {} };
  }
  const dir = stateFolder();
  if (!options.own && isSystemRunning(dir)) {
    const running = readRunning(dir);
    const name = `the system that runs on ${dir}`;
    return { name, ...addressesOf(running), running, isOwn: false, close: async () => {} };
  }
  return startOwn(context);
}

async function startOwn({ print, signal }: RunContext): Promise<SystemUnderTest> {
  const folder = await openRunFolder(loadFolder);
  const system = await startSystem({ dir: folder.dir, print, env: isolatedEnvironment(10), signal });
  return {
    name: 'a system that was started for it on this machine',
    ...addressesOf(system.running),
    running: system.running,
    isOwn: true,
    async close(keeps) {
      await system.stop();
      if (keeps) print(`The logs are in ${folder.dir}`);
      else await folder.clear();
    },
  };
}

function addressesOf({ services, external }: Running) {
  return {
    orderUrl: services.order.url,
    catalogueUrl: services.inventory.url,
    issuer: external['identity-provider'].url,
  };
}
