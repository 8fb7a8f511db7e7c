import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Check } from './checks.ts';

const root = resolve(import.meta.dirname, '../..');

const ACCEPTED_MS = 1_000;
const REFUSED_MS = 100;

/** The part of the benchmark's result that is checked; times in milliseconds. */
interface Result {
  kneePerSecond: number;
  flood: { rate: number; confirmedPerSecond: number; accepted: Latency; refused: Latency; late: Latency };
  faults: string[];
}
type Latency = { count: number; p50: number; p99: number };

/**
 * Sends three times the load of the knee through the gateway, with the benchmark of load-tests. On a shared machine the
 * generator itself waits for a processor, so refusals are also timed by the gateway.
 *
 * @param gatewayLog reads the gateway's log
 */
export async function overloadChecks(
  env: Record<string, string>,
  gatewayLog: () => Promise<string>,
): Promise<Check[]> {
  const bench = [join(root, 'load-tests/bench.ts'), '--overload'];
  const child = spawn(process.execPath, bench, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let file: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(`  ${line}`);
    file = /^See (.*)$/.exec(line)?.[1] ?? file;
  }
  const [status] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  const what = 'three times the knee';
  if (!file) return [{ what, isRight: false, found: `the benchmark ended with status ${status}` }];
  const { kneePerSecond, flood, faults } = JSON.parse(readFileSync(file, 'utf8')) as Result;
  const { rate, accepted, refused, late, confirmedPerSecond } = flood;
  const orders = `${rate.toFixed(0)} orders/s, of which ${confirmedPerSecond.toFixed(0)}/s are confirmed`;
  const inWords = ({ p50, p99 }: Latency) =>
    `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${late.p99.toFixed(0)} of it the generator's own`;
  const within = (name: string, latency: Latency, mostMs: number): Check => ({
    what: `${what}: ${name}, p99 within ${mostMs} ms`,
    isRight: latency.count > 0 && latency.p99 <= mostMs,
    found: latency.count > 0 ? inWords(latency) : 'there was none',
  });
  return [
    {
      what: `${what} (${kneePerSecond.toFixed(0)}/s)`,
      isRight: faults.length === 0,
      found: faults[0] ?? orders,
    },
    within('POST accepted', accepted, ACCEPTED_MS),
    {
      what: `${what}: POST refused, p99 within ${REFUSED_MS} ms by the gateway's clock`,
      ...refusalsIn(await gatewayLog()),
    },
    {
      what: `${what}: POST refused, by the generator's clock`,
      isRight: true,
      found: refused.count > 0 ? inWords(refused) : 'there was none',
    },
  ];
}

function refusalsIn(log: string): Pick<Check, 'isRight' | 'found'> {
  const times = log
    .split('\n')
    .filter((line) => line.includes('"status": 503') && line.includes('<NOSRV>'))
    .map((line) => Number(/"durationMs": (\d+)/.exec(line)?.[1]))
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  const found = `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${times.length} that were logged`;
  return { isRight: at(0.99) <= REFUSED_MS, found };
}
