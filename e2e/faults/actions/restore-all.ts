import { serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import type { Rig } from '../rig/rig.ts';
import { resumeAll, start } from './processes.ts';
import { degradeProvider, NORMAL_PROVIDER } from './provider.ts';

/** Ends every fault, and waits until every process is ready. */
export async function restoreAll(rig: Rig): Promise<void> {
  rig.turnAllOff();
  for (const proxy of rig.proxies.values()) await proxy.restore();
  await resumeAll(rig);
  for (const name of rig.stopped) await start(rig, name);
  await degradeProvider(rig, NORMAL_PROVIDER);
  const { services } = rig.system.running;
  const urls = [...serviceNames.map((name) => services[name].url), ...rig.replicas.values()];
  await eventually(async () => (await Promise.all(urls.map(isReady))).every(Boolean), {
    timeoutMs: 60_000,
    what: 'every service to be ready',
  });
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
  await response.body?.cancel();
  return response.ok;
}
