// npm run test:alerts: the unit tests of the alerts, a healthy system that raises none, and fire drills.

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, interruption, openRunFolder } from '@repo/stack';
import { type Outcome, runDrill } from './monitoring/drills/drill.ts';
import { DRILLS, SPEED } from './monitoring/drills/drills.ts';
import { watchHealth } from './monitoring/drills/healthy.ts';
import { lineOf, report } from './monitoring/drills/report.ts';
import { openSite } from './monitoring/drills/site.ts';
import { testRules } from './monitoring/rule-tests.ts';

const usage = `
npm run test:alerts [-- --only text] [--healthy-minutes 10] [--rules] [--list]

Tests the rules with promtool. Then it starts a system of its own with a light load, and the real collector, Prometheus
and Alertmanager: first nothing may fire for some minutes; then it makes one fault after the other, and each must raise
its alerts at Alertmanager's webhook in time, and end them when it is healed. The rules of the drills are those of
production with shorter times. The programs are those on the PATH, or the images that docker-compose.yml names.

  --only text           only the drills whose fault or alerts match, a regular expression, and no healthy minutes
  --healthy-minutes N   how long the healthy system is watched (10)
  --rules               only the tests of the rules
  --list                names the drills
`;

const FOLDER = resolve(import.meta.dirname, '../.tenfold-alerts');
const signal = interruption();
const status = await run().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
// Requests to a system that has been stopped need not be waited for.
process.exit(status);

async function run(): Promise<number> {
  const options = readArguments();
  if (options.help) console.log(usage.trim());
  else if (options.list) for (const drill of DRILLS) console.log(nameOf(drill));
  else return inFolder((dir) => test(dir, options));
  return 0;
}

async function inFolder(work: (dir: string) => Promise<number>): Promise<number> {
  const folder = await openRunFolder(FOLDER);
  try {
    return await work(folder.dir);
  } finally {
    await folder.clear();
  }
}

async function test(dir: string, options: ReturnType<typeof readArguments>): Promise<number> {
  const passed = testRules({ dir: join(dir, 'rules-test'), print: console.log });
  if (options.rulesOnly || !passed) return passed ? 0 : 1;
  const site = await openSite({ dir, speed: SPEED, print: console.log, signal });
  const interrupted = new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason)),
  );
  try {
    const work = async () => {
      const fired = await watchHealth(site, options.healthyMinutes);
      console.log(fired.length === 0 ? 'healthy: no alert fired' : `healthy, and yet: ${fired.join(', ')}`);
      const outcomes: Outcome[] = [];
      for (const drill of options.drills) {
        console.log(`drill: ${nameOf(drill)}`);
        const ofDrill = await runDrill(site, drill);
        for (const one of ofDrill) console.log(`  ${lineOf(one)}`);
        outcomes.push(...ofDrill);
      }
      console.log(`\n${report(outcomes)}`);
      return fired.length === 0 && outcomes.every(({ problem }) => problem === null) ? 0 : 1;
    };
    return await Promise.race([work(), interrupted]);
  } finally {
    await site.close();
  }
}

function nameOf({ fault, raises, followedBy = [] }: (typeof DRILLS)[number]): string {
  return `${fault} → ${[...raises, ...followedBy].map(({ alert }) => alert).join(', ')}`;
}

function readArguments() {
  const { values } = parse();
  const { help, list, only } = values;
  const minutes = values['healthy-minutes'] ?? (only === undefined ? '10' : '0');
  if (!/^\d{1,4}(\.\d+)?$/.test(minutes))
    throw new Failure(`--healthy-minutes needs a number, not "${minutes}".`);
  const drills = DRILLS.filter((drill) => new RegExp(only ?? '', 'i').test(nameOf(drill)));
  if (drills.length === 0) throw new Failure(`No drill matches "${only}": npm run test:alerts -- --list`);
  return { help, list, drills, rulesOnly: values.rules, healthyMinutes: Number(minutes) };
}

function parse() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        'healthy-minutes': { type: 'string' },
        rules: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage.trim()}`);
  }
}
