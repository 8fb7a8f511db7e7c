// npm run test:property: random scripts on a system of its own, and a verdict for each invariant.

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Failure, interruption, openRunFolder, startSystem } from '@repo/stack';
import { ownEnvironment } from '@repo/testing';
import { FOLDER, keepEvidence } from './property/folder.ts';
import { replayOf, reportOf } from './property/report.ts';
import { environment, type Plan, runProperty } from './property/run.ts';

const usage = `
npm run test:property [-- --seed N] [--orders 200]

Starts a system of its own and plays random scripts on it: customers who order, cancel, hang up and repeat their
requests; payments that are declined, slow or lost; stock that runs out and is restocked; prices that change; events that
come twice and in any order. When the system is at rest, it checks every invariant against the databases, the topics, the
payment provider's ledger and the mailbox. Where one is broken, it ends with status 1 and keeps the evidence.

  --seed N     plays the scripts of this seed again (a random one)
  --orders N   the number of orders (200)
`;

const signal = interruption();
const status = await run().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
// Clients that still call a system that has been stopped need not be waited for.
process.exit(status);

async function run(): Promise<number> {
  const { help, seed, orders } = readArguments();
  if (help) {
    console.log(usage.trim());
    return 0;
  }
  const plan: Plan = {
    seed: seed === undefined ? randomInt(2 ** 31) : number('seed', seed),
    orders: number('orders', orders),
  };
  console.log(`seed ${plan.seed}, ${plan.orders} orders`);
  const folder = await openRunFolder(FOLDER);
  try {
    return await runOn(folder.dir, plan);
  } finally {
    await folder.clear();
  }
}

async function runOn(dir: string, plan: Plan): Promise<number> {
  const system = await startSystem({ dir, print: console.log, env: ownEnvironment(environment), signal });
  try {
    const result = await Promise.race([runProperty(system, plan, console.log), untilInterrupted()]);
    console.log(`\n${reportOf(result)}\n`);
    if (result.verdicts.every(({ violations }) => violations.length === 0)) return 0;
    console.log(`replay it with ${replayOf(plan)}; the evidence is in ${keepEvidence(result, dir)}`);
    return 1;
  } finally {
    await system.stop();
  }
}

function untilInterrupted(): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string' },
        orders: { type: 'string', default: '200' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage.trim()}`);
  }
}

function number(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Failure(`--${name} needs a whole number, not "${text}".`);
}
