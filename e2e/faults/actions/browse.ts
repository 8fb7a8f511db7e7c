import { PRODUCTS } from '../../workload/script.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

/** What readers of the catalogue may see, by the contract, after it has changed. */
const STALE_MS = 5_000;
const PATIENCE_MS = 2_000;

/**
 * Looks at the catalogue again and again while something happens to its cache: slower it may be, but every answer is
 * there, and none is older than it may be.
 *
 * @throws Error that names the first answer which was not
 */
export async function browseWhile(rig: Rig, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const browsing = browse(rig, () => isOver);
  await work().finally(() => {
    isOver = true;
  });
  const looks = await browsing;
  rig.note(`the catalogue was looked at ${looks} times`);
}

async function browse(rig: Rig, isOver: () => boolean): Promise<number> {
  const plenty = PRODUCTS.filter(({ sku }) => sku.startsWith('PLENTY'));
  for (let looks = 0; ; looks++) {
    if (isOver()) return looks;
    await look(rig, plenty[looks % plenty.length]?.sku ?? '');
    await hold(10);
  }
}

async function look(rig: Rig, sku: string): Promise<void> {
  const known = versionKnown(rig, sku);
  const url = `${rig.system.running.services.inventory.url}/v1/products/${sku}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const { version } = (await response.json()) as { version?: number };
  if (response.status !== 200) throw new Error(`${sku} was answered with ${response.status}.`);
  if (Number(version) < known)
    throw new Error(`${sku} was shown in version ${version}, long after ${known}.`);
}

/** The newest version that was acknowledged so long ago that nobody may see an older one. */
function versionKnown({ client }: Rig, sku: string): number {
  const before = performance.now() - STALE_MS;
  const changes = client.calls.filter(
    ({ method, path, outcome, answeredAt }) =>
      method === 'PATCH' && path.endsWith(`/${sku}`) && outcome === 'ok' && Number(answeredAt) < before,
  );
  return Math.max(1, ...changes.map(({ answer }) => (answer as { version: number }).version));
}
