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
 * The environment of a property run. The deadline of an order is a second. tok_slow takes two, and repeated calls to the
 * provider may take as long, so that deadlines, payments and cancellations race. A tenth of all traces is recorded, as in
 * production.
 */
export const environment = {
  ORDER_DEADLINE_SECONDS: '1',
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.1',
};

/**
 * In addition to the faults of single payment tokens: errors occur before the effect, replies are lost after it, and every
 * answer takes long enough for a cancellation meanwhile.
 */
const PROVIDER = { latencyMs: 150, errorRate: 0.05, dropReplyRate: 0.1 };
/** How many stories are played at a time. */
const AT_A_TIME = 24;
const SETTLE_MS = 60_000;

/**
 * Plays random scripts on a running system, waits until it is at rest, and checks all invariants on the evidence. The same
 * seed plays the same scripts; the system decides how they interleave.
 */
export async function runProperty(
  { running, dir }: Pick<System, 'running' | 'dir'>,
  plan: Plan,
  print: (line: string) => void,
): Promise<Result> {
  const client = createClient();
  const auditor = await openAudit({ running, dir });
  try {
    const [shop] = await Promise.all([openShop(running, client), degradeProvider(running)]);
    const left = await auditor.settle({ timeoutMs: SETTLE_MS });
    if (left.length > 0) throw new Error(`The products have not reached every service: ${left.join(' ')}`);
    const brokenOff = await playAll({ running, auditor, client, shop }, plan, print);
    const unsettled = brokenOff.concat(await auditor.settle({ timeoutMs: SETTLE_MS }));
    const evidence = await auditor.gather({ calls: client.calls, unsettled });
    return { plan, verdicts: checkInvariants(evidence), evidence };
  } finally {
    await auditor.close();
  }
}

async function degradeProvider({ external }: Running): Promise<void> {
  const { status } = await call(`${external['payment-provider'].url}/v1/behaviour`, 'PUT', {
    body: PROVIDER,
  });
  if (status !== 200) throw new Error(`The payment provider answered ${status}.`);
}

/** Returns the stories that could not be played to their end, with the reasons. */
async function playAll(
  stage: Stage,
  { seed, orders }: Plan,
  print: (line: string) => void,
): Promise<string[]> {
  const brokenOff: string[] = [];
  let played = 0;
  // All lanes share one iterator, so that each story is played once.
  const stories = writeScript(seed, orders).entries();
  const lanes = Array.from({ length: AT_A_TIME }, async () => {
    for (const [number, story] of stories) {
      await play(stage, story, number).catch((error: Error) => {
        brokenOff.push(`Story ${number} broke off: ${error.message}`);
      });
      if (++played % 500 === 0) print(`${played} of ${orders} orders have ended`);
    }
  });
  await Promise.all(lanes);
  return brokenOff;
}
