import { openAudit } from '../audit/audit.ts';
import { startLoad } from '../faults/load.ts';
import { isUsualAlarm } from '../faults/run-scenario.ts';
import { checkInvariants, type Verdict } from '../invariants/check.ts';
import { createClient } from '../workload/client.ts';
import { openShop } from '../workload/shop.ts';
import type { Check } from './checks.ts';
import type { Deployment } from './deployment.ts';

/** Something that is done to a system while customers order. */
export interface Fault {
  what: string;
  /** Does it, and makes everything well again. */
  act(): Promise<void>;
  /** Whether not one request may fail meanwhile: where another replica can take it. */
  isUnnoticed?: boolean;
}

export interface FaultReport {
  what: string;
  seconds: number;
  requests: number;
  /** Requests that had no answer, or a 5xx, though the client waited for one. It sends them again. */
  unanswered: number;
  isUnnoticed: boolean;
}

const BEFORE = 12;
const AFTER = 16;
/** More than are played while containers are stopped and started. */
const STORIES = 10_000;
const SETTLE_MS = 120_000;

/**
 * Plays faults on a system, one after the other, while customers order; then waits until it is at rest, and checks all
 * invariants.
 */
export async function drill(
  deployment: Deployment,
  faults: Fault[],
  { seed, say }: { seed: number; say(line: string): void },
): Promise<{ reports: FaultReport[]; orders: number; verdicts: Verdict[] }> {
  const { running, dir, gatewayUrl } = deployment;
  const auditor = await openAudit({ running, dir });
  try {
    const client = createClient();
    const shop = await openShop(running, client);
    const unheard = await auditor.settle({ timeoutMs: SETTLE_MS });
    if (unheard.length > 0) throw new Error(`Not everybody heard of the products: ${unheard.join(' ')}`);
    const load = startLoad(
      { system: { running }, auditor, client, shop, orderUrl: gatewayUrl },
      { seed, first: 0, most: STORIES },
    );
    const reports: FaultReport[] = [];
    const failed: string[] = [];
    await load.reaches(BEFORE);
    for (const { what, act, isUnnoticed = false } of faults) {
      const [began, before] = [performance.now(), client.calls.length];
      await act()
        .then(() => load.goesOnFor(AFTER))
        .catch((error: Error) => failed.push(`${what}: ${error.message}`));
      const calls = client.calls.slice(before);
      const unanswered = calls.filter(({ outcome, hungUp }) => outcome === 'unknown' && !hungUp).length;
      const seconds = (performance.now() - began) / 1_000;
      reports.push({ what, seconds, requests: calls.length, unanswered, isUnnoticed });
      say(`  ${what}: ${seconds.toFixed(0)} s, ${calls.length} requests, ${unanswered} without an answer`);
    }
    const { played, brokenOff } = await load.stop();
    const unsettled = [...failed, ...brokenOff, ...(await auditor.settle({ timeoutMs: SETTLE_MS }))];
    await deployment.fetchLogs();
    const evidence = await auditor.gather({ calls: client.calls, unsettled, isExpected: isUsualAlarm });
    return { reports, orders: played, verdicts: checkInvariants(evidence) };
  } finally {
    await auditor.close();
  }
}

/** The drill as a table: a line for each fault, one for each invariant. */
export async function drillChecks(...args: Parameters<typeof drill>): Promise<Check[]> {
  const [, , { seed, say }] = args;
  say(`faults while customers order, seed ${seed}`);
  const { reports, orders, verdicts } = await drill(...args);
  const ofFaults = reports.map(({ what, seconds, requests, unanswered, isUnnoticed }) => ({
    what,
    isRight: !isUnnoticed || unanswered === 0,
    found: `${seconds.toFixed(0)} s, ${unanswered} of ${requests} requests without an answer`,
  }));
  const ofInvariants = verdicts.map(({ invariant, promise, violations }) => ({
    what: `${orders} orders: ${promise} (${invariant})`,
    isRight: violations.length === 0,
    found: violations[0] ? `${violations.length}: ${violations[0]}` : '',
  }));
  return [...ofFaults, ...ofInvariants];
}
