import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, command, Failure, interruption, type Running, wrongUse } from '@tenfold/stack';
import { watchMemory } from '../src/memory.ts';
import { complaintOf } from '../src/report.ts';
import { askAgain } from './src/ask-again.ts';
import { faultsOfAnswers } from './src/books.ts';
import { checkBooks } from './src/check.ts';
import { fetchArtillery } from './src/fetch-artillery.ts';
import { type Story, storiesIn } from './src/journal.ts';
import { loadFolder, openPlace, type Place } from './src/place.ts';
import { breakingPointIn, memoryIn, summaryOf } from './src/report.ts';
import { runArtillery } from './src/run-artillery.ts';
import { type Scenario, scenarios } from './src/scenarios.ts';
import { type OpenShop, openShop } from './src/shop.ts';
import { SHOP_FILE, type Shop } from './src/shop-file.ts';
import { lengthOf, windowsOf } from './src/windows.ts';

const list = Object.entries(scenarios).map(
  ([name, { what, rate, seconds, moreSeconds }]) =>
    `  ${name.padEnd(8)}${what}: ${rate} customers/s, ${seconds + moreSeconds} s`,
);

const usage = `
npm run load -- SCENARIO [--rate 20] [--seconds 60 | --minutes 60] [--target URL --identity-provider URL]

Lets customers come who read the catalogue, order, follow their orders, read and cancel them, with Artillery, which it
fetches once. Where a system runs (npm start) they come to that one; else it starts one of its own, and ends it. It ends
with status 1 where a threshold of the scenario is missed, or an order is lost, repeated, oversold or wrongly charged.

${list.join('\n')}

  --rate N                 customers each second, at the height of it
  --seconds N, --minutes N how long that lasts
  --own                    a system of its own, though one runs
  --target URL             the order service at this address, on another machine too
  --catalogue URL          the inventory service, where that is another address than --target
  --identity-provider URL  for --target: who issues the tokens
  --verbose                shows Artillery's own figures
  --keep                   leaves logs and data of a system of its own in .tenfold-load/
`;

const options = {
  rate: { type: 'string' },
  seconds: { type: 'string' },
  minutes: { type: 'string' },
  own: { type: 'boolean', default: false },
  target: { type: 'string' },
  catalogue: { type: 'string' },
  'identity-provider': { type: 'string' },
  verbose: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const;

/** What Artillery may take beyond its phases: to start, and to wait for the last orders and answers. */
const MORE_SECONDS = 300;
const START_SECONDS = 300;
const LATE = 1.05;
const PROGRESS_MS = 10_000;

await command(usage, options, async ({ values, positionals: [name = '', ...rest] }) => {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) throw wrongUse(usage, `Say which scenario: ${Object.keys(scenarios).join(', ')}.`);
  if (rest.length > 0) throw wrongUse(usage, `What is "${rest[0]}"?`);
  const minutes = values.minutes === undefined ? undefined : number('minutes', values.minutes) * 60;
  const seconds = values.seconds === undefined ? minutes : number('seconds', values.seconds);
  const plan = {
    ...scenario,
    ...(values.rate !== undefined && { rate: number('rate', values.rate) }),
    ...(seconds !== undefined && { seconds }),
  };
  const { target, catalogue, 'identity-provider': issuer } = values;
  if ((target === undefined) !== (issuer === undefined))
    throw wrongUse(usage, '--target and --identity-provider are given together.');
  if (catalogue && !target) throw wrongUse(usage, '--catalogue is for --target.');
  const addresses = Object.fromEntries(
    Object.entries({ target, catalogue, issuer }).map(([of, url]) => [of, url && address(of, url)]),
  );

  const interrupted = interruption();
  const mostSeconds = START_SECONDS + plan.moreSeconds + plan.seconds + MORE_SECONDS;
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(mostSeconds * 1_000)]);
  try {
    const artillery = await fetchArtillery({ cache: cacheFolder(), say: console.log, signal: interrupted });
    const place = await openPlace({ ...addresses, own: values.own }, { say: console.log, signal });
    let isSound = false;
    try {
      isSound = await run(name, plan, { artillery, place, isVerbose: values.verbose, signal });
    } finally {
      await place.close(values.keep || !(isSound || interrupted.aborted));
    }
    return isSound ? 0 : 1;
  } catch (error) {
    if (interrupted.aborted) return 130;
    if (signal.aborted) throw new Failure(`It was given up after ${mostSeconds} s.`);
    throw error;
  }
});

type Surroundings = { artillery: string; place: Place; isVerbose: boolean; signal: AbortSignal };

/** Runs a scenario, prints what came of it, and answers whether all holds. */
async function run(name: string, plan: Scenario, surroundings: Surroundings): Promise<boolean> {
  const { artillery, place, isVerbose, signal } = surroundings;
  console.log(
    `${name}: ${plan.rate} customers/s, ${plan.seconds + plan.moreSeconds} s, against ${place.name}`,
  );
  const shop = await openShop(place, signal);
  const files = openFiles(name, place, shop);
  const memory = place.running && watchMemory(pidsIn(place.running));
  const progress = setInterval(() => sayProgress(files.stories()), PROGRESS_MS);
  const variables = {
    [SHOP_FILE]: files.shop,
    LOAD_RATE: String(plan.rate),
    LOAD_SECONDS: String(plan.seconds),
  };
  const { status, report } = await runArtillery({
    ...{ artillery, scenario: name, target: place.orderUrl, variables, output: files.report },
    ...{ isVerbose, usesProxy: place.running === undefined, signal },
  }).finally(() => clearInterval(progress));
  const peaks = memory?.();
  const stories = files.stories();
  const windows = windowsOf(stories);
  console.log(summaryOf(windows, report));
  const isInTime = cameInTime(lengthOf(stories), plan);
  if (name === 'stress') console.log(breakingPointIn(windows));
  if (name === 'soak' && peaks) console.log(memoryIn(peaks));

  await askAgain(stories, { shop, place, signal });
  const faults = await check(stories, { place, shop, signal });
  if (!place.isOwn) await shop.close();
  if (status !== 0)
    console.log(`A threshold of ${name}.yml was missed, or Artillery failed (status ${status}).`);
  if (stories.length === 0) console.log('Not one order was sent.');
  console.log(`Artillery's report is in ${files.report}`);
  // Stress tells at what rate it broke by the orders that came, whenever that was.
  return status === 0 && faults.length === 0 && stories.length > 0 && (isInTime || name === 'stress');
}

async function check(
  stories: Story[],
  { place, shop, signal }: { place: Place; shop: OpenShop; signal: AbortSignal },
): Promise<string[]> {
  const first = { key: 'first', sentAt: 0, refusals: 0, status: 201, ...shop.first };
  const all = [first, ...stories];
  const faults = place.running
    ? await checkBooks(all, place.running, { shop, signal })
    : faultsOfAnswers(all);
  const placed = all.filter(({ orderId }) => orderId).length;
  const sound = place.running
    ? `Valid: ${placed} orders; none lost, repeated or oversold, the money agrees.`
    : `${placed} orders. The databases are not in reach: nothing is checked but what the customers saw.`;
  console.log(`\n${faults.length > 0 ? complaintOf(faults) : sound}`);
  return faults;
}

/** What the workers of Artillery are told, and what they tell. */
function openFiles(name: string, place: Place, { customers, assortment }: OpenShop) {
  mkdirSync(loadFolder, { recursive: true });
  const journal = join(loadFolder, `${name}-journal.jsonl`);
  const shop = join(loadFolder, `${name}-shop.json`);
  const { orderUrl, catalogueUrl, issuer } = place;
  const report = join(loadFolder, `${name}-report.json`);
  writeFileSync(journal, '');
  // An earlier run's is not to be taken for this one's.
  rmSync(report, { force: true });
  writeFileSync(
    shop,
    JSON.stringify({ orderUrl, catalogueUrl, issuer, customers, assortment, journal } satisfies Shop),
  );
  return {
    shop,
    report,
    stories: () => storiesIn(readFileSync(journal, 'utf8')),
  };
}

function sayProgress(stories: Story[]): void {
  if (stories.length === 0) return;
  const ended = stories.filter(({ endedAt }) => endedAt !== undefined).length;
  const refusals = stories.reduce((sum, story) => sum + story.refusals, 0);
  console.log(`  ${stories.length} orders sent, ${ended} seen to end, ${refusals} refusals`);
}

/** A generator that is late offers less than it should, so that the system looks better than it is. */
function cameInTime(tookSeconds: number, { seconds, moreSeconds }: Scenario): boolean {
  const planned = seconds + moreSeconds;
  if (tookSeconds <= planned * LATE) return true;
  const took = `${tookSeconds.toFixed(0)} s instead of ${planned} s`;
  console.log(`The customers came within ${took}: this machine was too busy to send them.`);
  return false;
}

function pidsIn({ services }: Running): Record<string, number> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { pid }]) => (pid ? [[name, pid]] : [])),
  );
}

function number(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Failure(`--${name} takes whole numbers from 1, not "${text}".`);
}

/** Without a slash at its end. */
function address(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new Failure(`--${name} takes an address, not "${text}".`);
  return new URL(text).href.replace(/\/$/, '');
}
