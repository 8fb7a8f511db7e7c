import { type Auditor, openAudit } from '../audit/audit.ts';
import { type Load, startLoad } from '../faults/rig/load.ts';
import { isUsualAlarm } from '../faults/run-scenario.ts';
import { checkInvariants, type Verdict } from '../invariants/check.ts';
import type { Call } from '../invariants/evidence.ts';
import { createClient } from '../workload/client.ts';
import { openShop } from '../workload/shop.ts';
import type { Check } from './checks.ts';
import type { Deployment } from './deployment.ts';
import { evidenceSince } from './evidence-since.ts';

/** A fault that is caused while customers order. */
export interface Fault {
  what: string;
  /** Causes the fault, and ends it. */
  act(): Promise<void>;
  /** Whether no request may fail meanwhile, since another replica can answer it. */
  isUnnoticed?: boolean;
}

export interface FaultReport {
  what: string;
  seconds: number;
  requests: number;
  /** The requests that were refused at once because of overload. */
  refused: number;
  /** The details of the requests that had no answer, or a 5xx, although the client waited. It sends them again. */
  unanswered: string[];
  isUnnoticed: boolean;
}

const BEFORE = 12;
const AFTER = 16;
/** More than are played during all faults. */
const STORIES = 10_000;
const SETTLE_MS = 120_000;

/**
 * Causes faults in a system, one after the other, while customers order. Then waits until it is at rest, and checks all
 * invariants.
 */
export async function drill(
  deployment: Deployment,
  faults: Fault[],
  { seed, print }: { seed: number; print(line: string): void },
): Promise<{ reports: FaultReport[]; orders: number; verdicts: Verdict[] }> {
  const { running, dir, gatewayUrl } = deployment;
  const auditor = await openAudit({ running, dir });
  try {
    await mustSettle(auditor);
    const before = await auditor.gather({ calls: [], unsettled: [] });
    const client = createClient();
    const shop = await openShop(running, client);
    await mustSettle(auditor);
    const load = startLoad(
      { system: { running }, auditor, client, shop, orderUrl: gatewayUrl },
      { seed, first: 0, most: STORIES },
    );
    await load.reaches(BEFORE);
    const reports: FaultReport[] = [];
    const failed: string[] = [];
    for (const fault of faults) {
      const report = await play(fault, load, client.calls).catch((error: Error) => error);
      if (report instanceof Error) failed.push(`${fault.what}: ${report.message}`);
      else reports.push(report);
      print(`  ${fault.what}: ${report instanceof Error ? report.message : inWords(report)}`);
    }
    const { played, brokenOff } = await load.stop();
    const unsettled = [...failed, ...brokenOff, ...(await auditor.settle({ timeoutMs: SETTLE_MS }))];
    await deployment.fetchLogs();
    const evidence = await auditor.gather({ calls: client.calls, unsettled, isExpected: isUsualAlarm });
    return { reports, orders: played, verdicts: checkInvariants(evidenceSince(before, evidence)) };
  } finally {
    await auditor.close();
  }
}

async function mustSettle(auditor: Auditor): Promise<void> {
  const left = await auditor.settle({ timeoutMs: SETTLE_MS });
  if (left.length > 0) throw new Error(`The system does not come to rest: ${left.join(' ')}`);
}

async function play(
  { what, act, isUnnoticed = false }: Fault,
  load: Load,
  calls: Call[],
): Promise<FaultReport> {
  const [began, first] = [performance.now(), calls.length];
  await act();
  await load.goesOnFor(AFTER);
  const meanwhile = calls.slice(first);
  const unanswered = meanwhile.filter((one) => one.outcome === 'unknown' && !one.hungUp && !isRefusal(one));
  return {
    what,
    seconds: (performance.now() - began) / 1_000,
    requests: meanwhile.length,
    refused: meanwhile.filter(isRefusal).length,
    unanswered: unanswered.map((one) => (one.status ? `${one.status}: ${detailOf(one)}` : 'no answer')),
    isUnnoticed,
  };
}

/** By its text: an unavailable replica has the same problem type. */
function isRefusal(call: Call): boolean {
  return /cannot keep up|Too many|More orders come/.test(detailOf(call));
}

function detailOf({ answer }: Call): string {
  return ((answer ?? {}) as { detail?: string }).detail ?? '';
}

function inWords({ seconds, requests, refused, unanswered }: FaultReport): string {
  const kinds = [...Map.groupBy(unanswered, (what) => what)];
  const details = kinds.map(([what, each]) => `${each.length} x ${what}`).join(', ');
  const which = details && ` (${details})`;
  const also = refused > 0 ? `, ${refused} refused under load` : '';
  return `${seconds.toFixed(0)} s, ${unanswered.length} of ${requests} requests without an answer${which}${also}`;
}

/** The drill as checks: one for each fault, and one for each invariant. */
export async function drillChecks(...args: Parameters<typeof drill>): Promise<Check[]> {
  const [, , { seed, print }] = args;
  print(`faults while customers order, seed ${seed}`);
  const outcome = await drill(...args).catch((error: Error) => error);
  if (outcome instanceof Error)
    return [{ what: 'faults while customers order', isRight: false, found: outcome.message }];
  const { reports, orders, verdicts } = outcome;
  const ofFaults = reports.map((report) => ({
    what: report.what,
    isRight: !report.isUnnoticed || report.unanswered.length === 0,
    found: inWords(report),
  }));
  const ofInvariants = verdicts.map(({ invariant, promise, violations }) => ({
    what: `${orders} orders: ${promise} (${invariant})`,
    isRight: violations.length === 0,
    found: violations[0] ? `${violations.length}: ${violations[0]}` : '',
  }));
  return [...ofFaults, ...ofInvariants];
}
