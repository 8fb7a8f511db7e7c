import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

type Disturbance = 'reject' | 'freeze' | 'reset' | { delayMs: number };

/** Disturbs the connections to a server for a while. */
export async function disturb(rig: Rig, server: string, how: Disturbance, ms: number): Promise<void> {
  const proxy = rig.proxies.get(server);
  if (!proxy) throw new Error(`There is no proxy in front of ${server}.`);
  const fault = typeof how === 'string' ? how : `${how.delayMs} ms of delay`;
  rig.note(`the network to ${server}: ${fault} for ${ms} ms`);
  if (typeof how === 'string') proxy[how]();
  else proxy.delay(how.delayMs);
  await hold(ms);
  await proxy.restore();
}
