import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';
import { restartQuietly } from './processes.ts';

/** Sets a service's clock wrong for a while. The service is restarted for that, twice. */
export async function skewClock(rig: Rig, service: string, byMs: number, ms: number): Promise<void> {
  const where = byMs > 0 ? 'ahead' : 'behind';
  rig.note(`the clock of ${service} ${where} by ${Math.abs(byMs) / 1_000} s for ${ms} ms`);
  rig.turnOn(service, 'clock', String(byMs));
  await restartQuietly(rig, service);
  await hold(ms);
  rig.turnAllOff();
  await restartQuietly(rig, service);
}
