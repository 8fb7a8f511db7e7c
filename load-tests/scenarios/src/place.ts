import { resolve } from 'node:path';
import {
  isSystemRunning,
  openRunFolder,
  type Print,
  type Running,
  readRunning,
  startSystem,
  stateFolder,
} from '@repo/stack';
import { ownEnvironment } from '../../src/own-environment.ts';

/** The system under test. */
export interface Place {
  /** In words. */
  name: string;
  orderUrl: string;
  catalogueUrl: string;
  issuer: string;
  /** Where everything else is; undefined where only the addresses above are in reach. */
  running: Running | undefined;
  isOwn: boolean;
  /** @param keeps whether logs and data of a system of our own are left */
  close(keeps: boolean): Promise<void>;
}

export interface ProductPatch {
  target?: string | undefined;
  catalogue?: string | undefined;
  issuer?: string | undefined;
  /** A system of its own, though one runs. */
  own: boolean;
}

type Surroundings = { say: Print; signal: AbortSignal };

export const loadFolder = resolve(import.meta.dirname, '../../../.tenfold-load');

/** The system at the address that is wished for, else the one that runs, else one that is started for this run. */
export async function openPlace(wish: ProductPatch, surroundings: Surroundings): Promise<Place> {
  const { target, catalogue = target, issuer } = wish;
  if (target && catalogue && issuer) {
    const addresses = { orderUrl: target, catalogueUrl: catalogue, issuer };
    return { name: target, ...addresses, running: undefined, isOwn: false, close: async () => {} };
  }
  const dir = stateFolder();
  if (!wish.own && isSystemRunning(dir)) {
    const running = readRunning(dir);
    const name = `the system that runs on ${dir}`;
    return { name, ...addressesOf(running), running, isOwn: false, close: async () => {} };
  }
  return startOwn(surroundings);
}

async function startOwn({ say, signal }: Surroundings): Promise<Place> {
  const folder = await openRunFolder(loadFolder);
  const system = await startSystem({ dir: folder.dir, print: say, env: ownEnvironment(10), signal });
  return {
    name: 'a system of its own, on this machine',
    ...addressesOf(system.running),
    running: system.running,
    isOwn: true,
    async close(keeps) {
      await system.stop();
      if (keeps) say(`The logs are in ${folder.dir}`);
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
