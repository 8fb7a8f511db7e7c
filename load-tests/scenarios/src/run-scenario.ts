import type { Running } from '@repo/stack';
import { type Peaks, watchMemory } from '../../src/cost/memory.ts';
import { complaintOf } from '../../src/report.ts';
import { type Report, runArtillery } from './artillery/run-artillery.ts';
import { type Files, openFiles } from './run-files.ts';
import type { Scenario } from './scenarios.ts';
import { type OpenShop, openShop } from './shop/shop.ts';
import { SHOP_FILE } from './shop/shop-file.ts';
import type { SystemUnderTest } from './system-under-test.ts';
import { checkSystemState } from './verdict/check-system-state.ts';
import type { Story } from './verdict/journal.ts';
import { breakingPointIn, memoryIn, summaryOf } from './verdict/report.ts';
import { resendUnanswered } from './verdict/resend-unanswered.ts';
import { faultsOfAnswers } from './verdict/run-faults.ts';
import { lengthOf, windowsOf } from './verdict/windows.ts';

export interface ScenarioContext {
  /** The folder of Artillery. */
  artillery: string;
  system: SystemUnderTest;
  isVerbose: boolean;
  signal: AbortSignal;
}

/** Every ten seconds, but at most thirty times in a long run, since each time reads the whole journal. */
const progressMs = (seconds: number) => Math.max(10, seconds / 30) * 1_000;
/** The generator may take this factor longer than planned. */
const LATE = 1.05;

/** Runs a scenario, prints its report, and returns whether it passed. */
export async function runScenario(name: string, plan: Scenario, context: ScenarioContext): Promise<boolean> {
  const { system, signal } = context;
  const seconds = plan.seconds + plan.moreSeconds;
  console.log(`${name}: ${plan.rate} customers/s, ${seconds} s, against ${system.name}`);
  const shop = await openShop(system, signal);
  try {
    const files = openFiles(name, system, shop);
    const { status, report, peaks } = await sendCustomers(name, plan, { ...context, files });
    const stories = files.stories();
    const windows = windowsOf(stories);
    console.log(summaryOf(windows, report));
    if (name === 'stress') console.log(breakingPointIn(windows));
    if (name === 'soak') console.log(memoryIn(peaks));
    const isValid = await check(stories, { system, shop, signal });
    const isInTime = cameInTime(lengthOf(stories), seconds);
    if (status !== 0)
      console.log(`A threshold of ${name}.yml was missed, or Artillery failed (status ${status}).`);
    if (stories.length === 0) console.log('No order was sent.');
    console.log(`Artillery's report is in ${files.report}`);
    // The breaking point of `stress` is computed from the orders that were sent, late or not.
    return status === 0 && isValid && stories.length > 0 && (isInTime || name === 'stress');
  } finally {
    if (!system.isOwn)
      await shop.close().catch(() => console.log('Its products are still in the catalogue.'));
  }
}

type Outcome = { status: number; report: Report | undefined; peaks: Record<string, Peaks> };

async function sendCustomers(
  name: string,
  { rate, seconds }: Scenario,
  { artillery, system, isVerbose, signal, files }: ScenarioContext & { files: Files },
): Promise<Outcome> {
  const endWatch = watchMemory(system.running ? pidsIn(system.running) : {});
  const progress = setInterval(() => printProgress(files.stories()), progressMs(seconds));
  const variables = { [SHOP_FILE]: files.shop, LOAD_RATE: String(rate), LOAD_SECONDS: String(seconds) };
  let peaks: Outcome['peaks'] = {};
  const outcome = await runArtillery({
    ...{ artillery, scenario: name, target: system.orderUrl, variables, output: files.report },
    ...{ isVerbose, usesProxy: system.running === undefined, signal },
  }).finally(() => {
    clearInterval(progress);
    peaks = endWatch();
  });
  return { ...outcome, peaks };
}

/** Whether the stories of the customers agree with the state of the system, if that is reachable. */
async function check(
  stories: Story[],
  { system, shop, signal }: { system: SystemUnderTest; shop: OpenShop; signal: AbortSignal },
): Promise<boolean> {
  await resendUnanswered(stories, { shop, system, signal });
  const first: Story = { key: 'first', sentAt: 0, refusals: 0, status: 201, ...shop.first };
  const all = [first, ...stories];
  const { running } = system;
  const faults = running ? await checkSystemState(all, running, { shop, signal }) : faultsOfAnswers(all);
  const placed = all.filter(({ orderId }) => orderId).length;
  const sound = running
    ? `Valid: ${placed} orders; none lost, repeated or oversold, the money agrees.`
    : `${placed} orders. The databases are not reachable: only the answers were checked.`;
  console.log(`\n${faults.length > 0 ? complaintOf(faults) : sound}`);
  return faults.length === 0;
}

function printProgress(stories: Story[]): void {
  if (stories.length === 0) return;
  const ended = stories.filter(({ endedAt }) => endedAt !== undefined).length;
  const refusals = stories.reduce((sum, story) => sum + story.refusals, 0);
  console.log(`  ${stories.length} orders sent, ${ended} seen to end, ${refusals} refusals`);
}

/** A late generator offers less than planned, which makes the system look better than it is. */
function cameInTime(tookSeconds: number, plannedSeconds: number): boolean {
  if (tookSeconds <= plannedSeconds * LATE) return true;
  const took = `${tookSeconds.toFixed(0)} s instead of ${plannedSeconds} s`;
  console.log(`The customers were sent within ${took}: this machine was too busy.`);
  return false;
}

function pidsIn({ services }: Running): Record<string, number> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { pid }]) => (pid ? [[name, pid]] : [])),
  );
}
