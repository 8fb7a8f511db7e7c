import { cacheFolder, command, Failure, interruption, wrongUse } from '@repo/stack';
import { fetchArtillery } from './src/artillery/fetch-artillery.ts';
import { runScenario } from './src/run-scenario.ts';
import { scenarios } from './src/scenarios.ts';
import { openSystemUnderTest } from './src/system-under-test.ts';

const list = Object.entries(scenarios).map(
  ([name, { what, rate, seconds, moreSeconds }]) =>
    `  ${name.padEnd(8)}${what}: ${rate} customers/s, ${seconds + moreSeconds} s`,
);

const usage = `
npm run load -- SCENARIO [--rate 20] [--seconds 60 | --minutes 60] [--target URL --identity-provider URL]

Runs a load test with Artillery, which is fetched once: its customers read the catalogue, order, follow their orders, read
and cancel them. The target is the running system (npm start), or else one that is started for the run and stopped after
it. Exits with status 1 if a threshold of the scenario is missed, or an order is lost, repeated, oversold or wrongly
charged.

${list.join('\n')}

  --rate N                 customers a second at the peak
  --seconds N, --minutes N the length of the peak
  --own                    starts a system for the run even if one is running
  --target URL             the address of the order service, also on another machine
  --catalogue URL          the address of the inventory service, if it is not that of --target
  --identity-provider URL  for --target: the issuer of the tokens
  --verbose                shows Artillery's figures
  --keep                   keeps logs and data of a started system in .tenfold-load/
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

/** Extra time for Artillery beyond its phases: to start, and to wait for the last orders and answers. */
const MORE_SECONDS = 300;
const START_SECONDS = 300;
const A_WEEK_S = 7 * 24 * 3_600;

await command(usage, options, async ({ values, positionals: [name = '', ...rest] }) => {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) throw wrongUse(usage, `Name a scenario: ${Object.keys(scenarios).join(', ')}.`);
  if (rest.length > 0) throw wrongUse(usage, `Unknown argument "${rest[0]}".`);
  const minutes = values.minutes === undefined ? undefined : number('minutes', values.minutes) * 60;
  const seconds = values.seconds === undefined ? minutes : number('seconds', values.seconds);
  const plan = {
    ...scenario,
    ...(values.rate !== undefined && { rate: number('rate', values.rate) }),
    ...(seconds !== undefined && { seconds }),
  };
  if (plan.seconds > A_WEEK_S) throw new Failure('A run lasts a week at most.');
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
    const artillery = await fetchArtillery({ cache: cacheFolder(), print: console.log, signal: interrupted });
    const system = await openSystemUnderTest(
      { ...addresses, own: values.own },
      { print: console.log, signal },
    );
    let isSound = false;
    try {
      isSound = await runScenario(name, plan, { artillery, system, isVerbose: values.verbose, signal });
    } finally {
      await system.close(values.keep || !(isSound || interrupted.aborted));
    }
    return isSound ? 0 : 1;
  } catch (error) {
    if (interrupted.aborted) return 130;
    if (signal.aborted) throw new Failure(`The run was aborted after ${mostSeconds} s.`);
    throw error;
  }
});

function number(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Failure(`--${name} expects whole numbers from 1, not "${text}".`);
}

/** Removes a trailing slash. */
function address(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new Failure(`--${name} expects an address, not "${text}".`);
  return new URL(text).href.replace(/\/$/, '');
}
