import { parseArgs } from 'node:util';
import { Failure } from '@repo/stack';
import type { AgainstPlan } from './against/against.ts';
import type { Plan } from './measure.ts';
import type { OverloadPlan } from './overload/overload.ts';

export const usage = `
npm run bench [-- --knee] [--idle 20] [--alone] [--rates 20,40,80] ...
npm run bench -- --overload [--seconds 60] [--rate 400]
npm run bench -- --against <commit> [--rounds 3] [--idle 10] [--alone] [--knee] ...

Starts its own system and takes all measurements that the options name, in one run; without one, --knee. Each figure
comes with its cost. Every run is checked first: if an order was lost, repeated or oversold, the bench prints the reasons
instead of figures, and exits with status 1. The result is also written to .tenfold-bench/latest.json.

  --knee             the highest rate of confirmed orders in a closed loop: the number of customers rises, and each one
                     waits for the end of an order before the next. Then the latency at half of it, in an open loop
  --idle N           the cost of N seconds without orders
  --alone            the cost and the latency of a single order, at 10 orders/s; the idle cost is subtracted
  --rates N,N        the highest of these rates that is confirmed within 500 ms (p99): one open loop each, rising, until
                     two in a row are slower
  --floors           also the upper limits: one SQL statement for a whole order, POST without consumers, its
                     route without a database, and a hand-written minimal pipeline of the same hops
  --overload         three times the knee: the share that is still confirmed, the latency of accepted and refused
                     orders, the growth of memory, and the time until an order is as fast as before

  --against COMMIT   measures that commit and this tree in turn, and prints the ratios of their figures with their
                     spread; without a measurement option, --idle 10 --alone
  --telemetry-cost   with --against: that commit is measured with --telemetry off
  --rounds N         the number of measurements of each of the two (3)

  --seconds N        the length of each open loop (30; with --alone 20, --rates 10, --overload 60)
  --connections N,N  the numbers of customers of the closed loop, rising (16,32,64,128,256,512)
  --step-seconds N   the length of each of its steps (6)
  --rate N           the knee for --overload, if it is known
  --orders N         fills the databases with N orders before the measurements (a million takes minutes and some
                     gigabytes), and checks that no statement of an order reads a whole large table
  --sampled N        the share of traces that are recorded, in percent (10)
  --telemetry off    records and exports nothing; by default spans, metrics and log lines are exported by OTLP to a
                     receiver that discards them
  --statements       lists the statements that are called most often
  --seed N           the seed of the generated orders (1)
  --mail             gives the customers addresses: each order then causes an e-mail, which is not part of the latency
  --checkout FOLDER  measures the system of another checkout
  --keep             keeps the folder of the run, with its logs and data, in .tenfold-bench/
`.trim();

export interface Arguments {
  help: boolean;
  /** The percentage of traces that are recorded. */
  sampled: number;
  /** Whether spans, metrics and log lines are exported. */
  telemetry: boolean;
  /** Whether the folder of the run is kept. */
  keep: boolean;
  plan: Plan;
  /** Replaces the plan, if given. */
  overload: OverloadPlan | undefined;
  against: AgainstPlan | undefined;
  /** The checkout whose system is measured; this one by default. */
  checkout: string | undefined;
}

/** @throws Failure for arguments that are not valid */
export function readArguments(args: string[]): Arguments {
  const { values, tokens } = parse(args);
  const asked = values.idle !== undefined || values.alone || values.rates !== undefined;
  const seconds = (usual: string) => number('seconds', values.seconds ?? usual);
  const common = {
    connections: numbers('connections', values.connections),
    stepSeconds: number('step-seconds', values['step-seconds']),
    seed: number('seed', values.seed),
    mail: values.mail,
  };
  const plan: Plan = {
    ...common,
    floors: values.floors,
    knee: values.knee || !asked ? { seconds: seconds('30') } : undefined,
    idle: values.idle === undefined ? undefined : { seconds: number('idle', values.idle) },
    alone: values.alone ? { seconds: seconds('20') } : undefined,
    search: values.rates === undefined ? undefined : searchOf(values.rates, seconds('10')),
    orders: values.orders === undefined ? undefined : number('orders', values.orders),
    statements: values.statements,
  };
  const rate = values.rate === undefined ? undefined : number('rate', values.rate);
  const overload = values.overload ? { ...common, rate, seconds: seconds('60') } : undefined;
  const against = values.against === undefined ? undefined : againstOf(values.against, values, tokens);
  const { help, keep, checkout } = values;
  const sampled = percentage('sampled', values.sampled);
  const telemetry = onOrOff('telemetry', values.telemetry);
  return { help, keep, sampled, telemetry, plan, overload, against, checkout };
}

/** The other arguments apply to both commits. */
function againstOf(
  commit: string,
  options: { rounds: string; 'telemetry-cost': boolean },
  tokens: Token[],
): AgainstPlan {
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const others = given.filter(({ name }) => !['against', 'rounds', 'telemetry-cost'].includes(name));
  const questions = others.flatMap(({ rawName, value }) =>
    value === undefined ? [rawName] : [rawName, value],
  );
  const isAsked = others.some(({ name }) => ['knee', 'idle', 'alone', 'rates'].includes(name));
  return {
    commit,
    rounds: number('rounds', options.rounds),
    questionsOfThat: options['telemetry-cost'] ? ['--telemetry', 'off'] : [],
    questions: isAsked ? questions : ['--idle', '10', '--alone', ...questions],
  };
}

type Token = ReturnType<typeof parse>['tokens'][number];

function searchOf(rates: string, seconds: number): Plan['search'] {
  return { rates: numbers('rates', rates).sort((one, other) => one - other), seconds };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, tokens: true });
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage}`);
  }
}

const options = {
  knee: { type: 'boolean', default: false },
  idle: { type: 'string' },
  alone: { type: 'boolean', default: false },
  floors: { type: 'boolean', default: false },
  rates: { type: 'string' },
  overload: { type: 'boolean', default: false },
  against: { type: 'string' },
  rounds: { type: 'string', default: '3' },
  checkout: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string', default: '16,32,64,128,256,512' },
  'step-seconds': { type: 'string', default: '6' },
  rate: { type: 'string' },
  orders: { type: 'string' },
  sampled: { type: 'string', default: '10' },
  telemetry: { type: 'string', default: 'on' },
  'telemetry-cost': { type: 'boolean', default: false },
  statements: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  mail: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function number(name: string, text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new Failure(`--${name} expects whole numbers from 1, not "${text}".`);
}

function percentage(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 100) return Number(text);
  throw new Failure(`--${name} expects a percentage from 0 to 100, not "${text}".`);
}

function onOrOff(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Failure(`--${name} expects on or off, not "${text}".`);
}

function numbers(name: string, text: string): number[] {
  return text.split(',').map((part) => number(name, part));
}
