import { PRODUCTS } from '../../workload/script.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

/** How long readers of the catalogue may see an old version after a change, by the contract. */
const STALE_MS = 5_000;
/** Longer than a busy machine stands still, and shorter than a fault for which a reader must not wait. */
const PATIENCE_MS = 5_000;

/**
 * Reads the catalogue again and again during a fault of its cache. It may be slower, but every read is answered, and no
 * answer is older than allowed.
 *
 * @throws Error that names the first answer that breaks this
 */
export async function browseWhile(rig: Rig, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const browsing = browse(rig, () => isOver);
  // A read may fail while the fault still lasts: that is reported afterwards.
  browsing.catch(() => {});
  await work().finally(() => {
    isOver = true;
  });
  const reads = await browsing;
  rig.note(`the catalogue was read ${reads} times`);
}

async function browse(rig: Rig, isOver: () => boolean): Promise<number> {
  const plenty = PRODUCTS.filter(({ sku }) => sku.startsWith('PLENTY'));
  for (let reads = 0; ; reads++) {
    if (isOver()) return reads;
    await read(rig, plenty[reads % plenty.length]?.sku ?? '');
    await hold(10);
  }
}

async function read(rig: Rig, sku: string): Promise<void> {
  const known = knownVersion(rig, sku);
  const url = `${rig.system.running.services.inventory.url}/v1/products/${sku}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const { version } = (await response.json()) as { version?: number };
  if (response.status !== 200) throw new Error(`${sku} was answered with ${response.status}.`);
  if (Number(version) < known)
    throw new Error(`${sku} was shown in version ${version}, long after ${known}.`);
}

/** The newest version that was acknowledged so long ago that no reader may see an older one. */
function knownVersion({ client }: Rig, sku: string): number {
  const before = performance.now() - STALE_MS;
  const changes = client.calls.filter(
    ({ method, path, outcome, answeredAt }) =>
      method === 'PATCH' && path.endsWith(`/${sku}`) && outcome === 'ok' && Number(answeredAt) < before,
  );
  return Math.max(1, ...changes.map(({ answer }) => (answer as { version: number }).version));
}
