import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  Failure,
  interruption,
  type Running,
  type System,
  startSystem,
  systemElsewhere,
  variable,
} from '@repo/stack';
import { type AgainstPlan, measureAgainst } from './src/against/against.ts';
import { againstReportOf } from './src/against/against-report.ts';
import { type Arguments, readArguments, usage } from './src/arguments.ts';
import { benchFolder, latestFile, openBenchFolder, writeResult } from './src/bench-folder.ts';
import { type Floors, measureFloors } from './src/floors/measure-floors.ts';
import { isolatedEnvironment } from './src/isolated-environment.ts';
import { measure, type Plan } from './src/measure.ts';
import { measureOverload, type OverloadPlan } from './src/overload/overload.ts';
import { overloadReportOf } from './src/overload/overload-report.ts';
import { complaintOf, reportOf } from './src/report.ts';
import type { RunContext } from './src/run-context.ts';
import { startTelemetrySink, WITHOUT_TELEMETRY } from './src/telemetry-sink.ts';

/** Every run has a deadline, far above the two minutes of a run with the defaults. */
const START_SECONDS = 120;
const SETTLE_SECONDS = 60;
const FLOOR_SECONDS = 240;
const FILL_SECONDS_AN_ORDER = 0.002;
/** Under the floors no consumer runs, so every order stays open; admission must not refuse any. */
const UNLIMITED = {
  ADMISSION_MAX_OPEN_ORDERS: '10000000',
  ADMISSION_MAX_OUTBOX_ROWS: '10000000',
  ADMISSION_PLACING_SECONDS: '3600',
};

const interrupted = interruption();
process.exitCode = await run().catch((error: unknown) => {
  if (interrupted.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});

async function run(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (given.help) console.log(usage);
  else if (given.against) return runAgainst(given.against);
  else return runOnce(given);
  return 0;
}

async function runAgainst(plan: AgainstPlan): Promise<number> {
  const context = { folder: benchFolder, latest: latestFile, print: console.log, signal: interrupted };
  const result = await measureAgainst(plan, context);
  console.log(`\n${againstReportOf(result.commit, result.comparisons)}\n\nSee ${writeResult(result)}`);
  return 0;
}

async function runOnce(given: Arguments): Promise<number> {
  if (!given.telemetry) return runWith(given, WITHOUT_TELEMETRY);
  const sink = await startTelemetrySink();
  return runWith(given, sink.env).finally(sink.stop);
}

async function runWith(
  { plan, overload: flood, sampled, keep, checkout }: Arguments,
  telemetry: NodeJS.ProcessEnv,
): Promise<number> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(mostSeconds(plan, flood) * 1_000)]);
  const context = { print: console.log, signal };
  const start = await findStart(checkout);
  const floors =
    plan.floors && !flood
      ? await withSystem(
          start,
          { keep: false, signal, env: isolatedEnvironment(sampled, { ...telemetry, ...UNLIMITED }) },
          (system) => measureFloors(system, context),
        )
      : undefined;
  const { result, report, faults } = await withSystem(
    start,
    { keep, signal, env: isolatedEnvironment(sampled, telemetry) },
    ({ running }) => (flood ? overload(running, flood, context) : ordinary(running, plan, floors, context)),
  );
  const isValid = faults.length === 0;
  console.log(`\n${isValid ? report() : complaintOf(faults)}\n\nSee ${writeResult(result)}`);
  return isValid ? 0 : 1;
}

interface SystemOptions {
  keep: boolean;
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
}

/** Starts a system, runs `work` on it and stops it. Its folder is kept when the work failed. */
async function withSystem<Of extends { faults: string[] }>(
  start: typeof startSystem,
  { keep, signal, env }: SystemOptions,
  work: (system: System) => Promise<Of>,
): Promise<Of> {
  const folder = await openBenchFolder();
  let isToBeKept = keep;
  const system = await start({ dir: folder.dir, print: console.log, env, signal });
  try {
    const done = await work(system);
    isToBeKept ||= done.faults.length > 0;
    return done;
  } catch (error) {
    isToBeKept ||= !interrupted.aborted;
    throw error;
  } finally {
    await system.stop();
    if (isToBeKept) console.log(`The logs are in ${folder.dir}`);
    else await folder.clear();
  }
}

/** The `startSystem` of the other checkout, or of this one; a system that runs elsewhere is used as it is. */
async function findStart(checkout: string | undefined): Promise<typeof startSystem> {
  if (process.env[variable('RUNNING_FILE')]) return async () => systemElsewhere();
  if (checkout === undefined) return startSystem;
  const index = pathToFileURL(resolve(checkout, 'stack/src/index.ts'));
  const stack = (await import(index.href)) as typeof import('@repo/stack');
  // Older checkouts know the option `print` as `say`.
  return (options) => stack.startSystem(Object.assign(options, { say: options.print }));
}

interface Measured {
  result: object;
  faults: string[];
  report: () => string;
}

async function ordinary(
  running: Running,
  plan: Plan,
  floors: Floors | undefined,
  context: RunContext,
): Promise<Measured> {
  const measured = await measure(running, plan, context);
  const result = { ...measured, floors, faults: [...(floors?.faults ?? []), ...measured.faults] };
  return { result, faults: result.faults, report: () => reportOf(result) };
}

async function overload(...args: Parameters<typeof measureOverload>): Promise<Measured> {
  const result = await measureOverload(...args);
  return { result, faults: result.faults, report: () => overloadReportOf(result) };
}

function mostSeconds(plan: Plan, flood: OverloadPlan | undefined): number {
  const { connections, stepSeconds, knee, idle, alone, search } = plan;
  const closed = knee || flood ? (connections.length + 1) * (stepSeconds + SETTLE_SECONDS) : 0;
  const loops = [idle, alone, knee, flood, ...(search?.rates.map(() => search) ?? [])];
  const open = loops.map((loop) => (loop ? loop.seconds + SETTLE_SECONDS : 0));
  const floors = plan.floors ? FLOOR_SECONDS : 0;
  const fill = (plan.orders ?? 0) * FILL_SECONDS_AN_ORDER;
  return open.reduce((sum, seconds) => sum + seconds, START_SECONDS + closed + floors + fill);
}
