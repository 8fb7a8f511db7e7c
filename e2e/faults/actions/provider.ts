import { eventually } from '@repo/testing';
import type { Rig } from '../rig/rig.ts';

/** Even on good days some calls fail, and some replies are lost. */
export const NORMAL_PROVIDER = { latencyMs: 20, errorRate: 0.02, dropReplyRate: 0.03 };

/** Makes the payment provider behave badly; a fault that is left out does not occur. */
export async function degradeProvider(
  rig: Rig,
  behaviour: { latencyMs?: number; errorRate?: number; dropReplyRate?: number },
): Promise<void> {
  const url = `${rig.system.running.external['payment-provider'].url}/v1/behaviour`;
  const headers = { 'content-type': 'application/json' };
  await eventually(
    async () => (await fetch(url, { method: 'PUT', headers, body: JSON.stringify(behaviour) })).ok,
    { what: 'the payment provider to accept its behaviour' },
  );
}
