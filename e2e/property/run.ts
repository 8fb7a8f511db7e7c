import type { Running, System } from '@repo/stack';
import { call } from '@repo/testing';
import { openAudit } from '../audit/audit.ts';
import { checkInvariants, type Verdict } from '../invariants/check.ts';
import type { Evidence } from '../invariants/evidence.ts';
import { createClient } from '../workload/client.ts';
import { play, type Stage } from '../workload/play.ts';
import { writeScript } from '../workload/script.ts';
import { openShop } from '../workload/shop.ts';

export interface Plan {
  seed: number;
  orders: number;
}

export interface Result {
  plan: Plan;
  verdicts: Verdict[];
  evidence: Evidence;
}

/**
 * What a system that the property is about is started with: an order may take a second. tok_slow takes two, and repeated
 * calls to the provider may take as long, so that deadlines, payments and cancellations race. A tenth of all traces is
 * recorded, as in production.
 */
export const environment = {
  ORDER_DEADLINE_SECONDS: '1',
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.1',
};

/**
 * Besides what single payment tokens do: errors come before the effect, replies are lost after it, and every answer takes
 * long enough to be cancelled meanwhile.
 */
const PROVIDER = { latencyMs: 150, errorRate: 0.05, dropReplyRate: 0.1 };
/** How many stories are played at a time. */
const AT_A_TIME = 24;
const SETTLE_MS = 60_000;

/**
 * Plays random scripts on a system that runs, waits until it has settled, and checks all invariants on what they have
 * left behind. The same seed plays the same scripts; how they interleave is the system's.
 */
export async function runProperty(
  { running, dir }: Pick<System, 'running' | 'dir'>,
  plan: Plan,
  say: (line: string) => void,
): Promise<Result> {
  const client = createClient();
  const auditor = await openAudit({ running, dir });
  try {
    const [shop] = await Promise.all([openShop(running, client), unsettleProvider(running)]);
    const unheard = await auditor.settle({ timeoutMs: SETTLE_MS });
    if (unheard.length > 0) throw new Error(`Not everybody heard of the products: ${unheard.join(' ')}`);
    const brokenOff = await playAll({ running, auditor, client, shop }, plan, say);
    const unsettled = brokenOff.concat(await auditor.settle({ timeoutMs: SETTLE_MS }));
    const evidence = await auditor.gather({ calls: client.calls, unsettled });
    return { plan, verdicts: checkInvariants(evidence), evidence };
  } finally {
    await auditor.close();
  }
}

async function unsettleProvider({ external }: Running): Promise<void> {
  const { status } = await call(`${external['payment-provider'].url}/v1/behaviour`, 'PUT', {
    body: PROVIDER,
  });
  if (status !== 200) throw new Error(`The payment provider answered ${status}.`);
}

/** Answers which stories could not be played to their end, and why. */
async function playAll(stage: Stage, { seed, orders }: Plan, say: (line: string) => void): Promise<string[]> {
  const brokenOff: string[] = [];
  let played = 0;
  // All lanes take from one iterator, so that each story is played once.
  const stories = writeScript(seed, orders).entries();
  const lanes = Array.from({ length: AT_A_TIME }, async () => {
    for (const [number, story] of stories) {
      await play(stage, story, number).catch((error: Error) => {
        brokenOff.push(`Story ${number} broke off: ${error.message}`);
      });
      if (++played % 500 === 0) say(`${played} of ${orders} orders have ended`);
    }
  });
  await Promise.all(lanes);
  return brokenOff;
}
