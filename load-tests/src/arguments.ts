import { parseArgs } from 'node:util';
import { Failure } from '@repo/stack';
import type { AgainstPlan } from './against/against.ts';
import type { Plan } from './measure.ts';
import type { OverloadPlan } from './overload/overload.ts';

export const usage = `
npm run bench [-- --knee] [--idle 20] [--alone] [--rates 20,40,80] ...
npm run bench -- --overload [--seconds 60] [--rate 400]
npm run bench -- --against <commit> [--rounds 3] [--idle 10] [--alone] [--knee] ...

Starts a system of its own and measures what is asked for, in one run; without a question, --knee. Beside every figure
stands what it cost. It prints nothing that it has not checked: an invalid run says why and ends with status 1. All is
also written to .tenfold-bench/latest.json.

  --knee             the most confirmed orders/s in a closed loop, of rising numbers of customers each of whom waits for
                     the end of an order before the next; then how long an order takes at half of it, in an open loop
  --idle N           what is spent in N seconds without any order
  --alone            what an order costs and how long it takes where it is alone, at 10 orders/s: less what is spent idle
  --rates N,N        the most orders/s, of these, that are confirmed within 500 ms (p99): an open loop each, rising, until
                     two in a row take longer
  --floors           also what none of this can exceed: one SQL statement for a whole order, POST with nobody listening,
                     its route without a database, and a minimal pipeline of the same hops, written by hand
  --overload         three times the knee: how much of it is still confirmed, how fast orders are taken and refused, how
                     memory grows, and how soon all is as before when the load is gone

  --against COMMIT   asks the same of that commit and of this tree, in turn, and tells the ratios of their figures with
                     their spread; without a question, --idle 10 --alone
  --rounds N         how often each of the two is measured (3)

  --seconds N        how long each open loop is measured (30; with --alone 20, --rates 10, --overload 60)
  --connections N,N  the customers of the closed loop, rising (16,32,64,128,256,512)
  --step-seconds N   how long each of its steps takes (6)
  --rate N           the knee for --overload, where it is known
  --orders N         fills the databases with so many orders before anything is measured (a million takes minutes and some
                     gigabytes), and looks whether the plans of what every order runs read a large table whole
  --sampled N        the share of traces that are recorded, in percent (10)
  --statements       lists the statements that are called most
  --seed N           of what is ordered (1)
  --mail             gives the customers addresses: each order then ends with an e-mail, after what is timed
  --checkout FOLDER  measures the system that stands in another checkout
  --keep             leaves the folder of the run, with its logs and data, in .tenfold-bench/
`.trim();

export interface Arguments {
  help: boolean;
  /** The percentage of traces that are recorded. */
  sampled: number;
  /** Whether the folder of the run is to be kept. */
  keep: boolean;
  plan: Plan;
  /** What is measured instead, where it is asked for. */
  overload: OverloadPlan | undefined;
  against: AgainstPlan | undefined;
  /** The folder of the checkout whose system is measured; this one's by default. */
  checkout: string | undefined;
}

/** @throws Failure for what cannot be understood */
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
  const against = values.against === undefined ? undefined : againstOf(values.against, values.rounds, tokens);
  const { help, keep, checkout } = values;
  return { help, keep, sampled: percentage('sampled', values.sampled), plan, overload, against, checkout };
}

/** The other arguments are what is asked of both. */
function againstOf(commit: string, rounds: string, tokens: Token[]): AgainstPlan {
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const others = given.filter(({ name }) => name !== 'against' && name !== 'rounds');
  const questions = others.flatMap(({ rawName, value }) =>
    value === undefined ? [rawName] : [rawName, value],
  );
  const isAsked = others.some(({ name }) => ['knee', 'idle', 'alone', 'rates'].includes(name));
  return {
    commit,
    rounds: number('rounds', rounds),
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
  statements: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  mail: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function number(name: string, text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new Failure(`--${name} takes whole numbers from 1, not "${text}".`);
}

function percentage(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 100) return Number(text);
  throw new Failure(`--${name} takes a percentage from 0 to 100, not "${text}".`);
}

function numbers(name: string, text: string): number[] {
  return text.split(',').map((part) => number(name, part));
}
