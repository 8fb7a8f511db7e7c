// npm run test:dashboards: every query of the dashboards and of the rules, on a real Prometheus after a load of every kind.

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Failure, freePorts, interruption, openRunFolder, startSystem, table } from '@repo/stack';
import { eventually } from '@repo/testing';
import { startPrograms } from './monitoring/programs.ts';
import { checkPanels, checkRules, type Finding } from './monitoring/queries/check-queries.ts';
import { causeEveryOutcome, MOST_OPEN_ORDERS } from './monitoring/queries/every-outcome.ts';
import { openPrometheus, type Prometheus } from './monitoring/queries/prometheus.ts';

const usage = `
npm run test:dashboards

Starts a system of its own with the collector, Prometheus and Alertmanager, lets customers cause every outcome for a
minute, and runs every query of every panel and rule. Each query of a panel must return series, and each selector of a
rule must match some. Prints a table; the status is 1 when a query is wrong.
`;

const FOLDER = resolve(import.meta.dirname, '../.tenfold-dashboards');
const root = resolve(import.meta.dirname, '..');
/** How often services export metrics. */
const EXPORT_SECONDS = 5;
const LOAD_SECONDS = 75;

const signal = interruption();
const status = await main().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
process.exit(status);

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(usage.trim());
    return 0;
  }
  const { dir, clear } = await openRunFolder(FOLDER);
  const rulesFolder = join(root, 'monitoring/prometheus/rules');
  const programs = await startPrograms({ dir: join(dir, 'programs'), rulesFolder });
  try {
    return await checkAll(join(dir, 'system'), programs);
  } finally {
    await programs.stop();
    await clear();
  }
}

async function checkAll(dir: string, { otlpUrl, prometheusUrl }: { otlpUrl: string; prometheusUrl: string }) {
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_METRIC_EXPORT_INTERVAL: String(EXPORT_SECONDS * 1_000),
    OTEL_METRIC_EXPORT_TIMEOUT: '2000',
  };
  const env = {
    ...process.env,
    ...freePorts,
    ...telemetry,
    ADMISSION_MAX_OPEN_ORDERS: String(MOST_OPEN_ORDERS),
  };
  const system = await startSystem({ dir, print: console.log, env, signal });
  try {
    const start = new Date();
    console.log(`customers cause every outcome, for ${LOAD_SECONDS} s`);
    await causeEveryOutcome(system.running, new Date(start.getTime() + LOAD_SECONDS * 1_000));
    await compareBooks(dir, telemetry);
    const prometheus = openPrometheus(prometheusUrl);
    await whenExported(prometheus);
    const period = { start, end: new Date(), stepSeconds: EXPORT_SECONDS };
    return report([...(await checkPanels(prometheus, period)), ...(await checkRules(prometheus, period))]);
  } finally {
    await system.stop();
  }
}

/** Runs npm run reconcile, whose result is a metric, until no order is under way. */
function compareBooks(dir: string, telemetry: Record<string, string>): Promise<unknown> {
  const command = join(root, 'stack/src/commands/reconcile.ts');
  const env = { ...process.env, ...telemetry, TENFOLD_DIR: dir };
  const agree = () =>
    spawnSync(process.execPath, [command, '--settle-seconds', '0'], { env, stdio: 'ignore' }).status === 0;
  return eventually(agree, { timeoutMs: 60_000, everyMs: 1_000, what: 'the books to agree' });
}

/** Waits until what was measured last is in Prometheus, and the rules have seen it. */
async function whenExported(prometheus: Prometheus): Promise<void> {
  const later = Date.now() + EXPORT_SECONDS * 1_000;
  const oldest = 'min(max by (job) (timestamp(process_uptime_seconds)))';
  const limits = { timeoutMs: 90_000, everyMs: 500 };
  await eventually(async () => (await prometheus.value(oldest)) * 1_000 > later, {
    ...limits,
    what: 'the last metrics of every service in Prometheus',
  });
  await eventually(async () => (await prometheus.rulesEvaluatedAt()).getTime() > later, {
    ...limits,
    what: 'an evaluation of all rules',
  });
}

function report(findings: Finding[]): number {
  const rows = findings.map(({ place, what, series, faults }) => [
    place,
    what,
    series,
    faults.length > 0 ? 'WRONG' : 'ok',
  ]);
  console.log(table(['where', 'panel or rule', 'series', ''], rows));
  const wrong = findings.filter(({ faults }) => faults.length > 0);
  for (const { place, what, query, faults } of wrong)
    console.log([`\n${place}: ${what}`, `  ${query}`, ...faults.map((fault) => `  ${fault}`)].join('\n'));
  console.log(`\n${findings.length} queries, ${wrong.length} wrong`);
  return wrong.length > 0 ? 1 : 0;
}
