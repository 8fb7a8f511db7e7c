import { parseArgs } from 'node:util';
import { Failure, interruption, startSystem } from '@tenfold/stack';
import { openBenchFolder } from './src/bench-folder.ts';
import { measure, type Plan } from './src/measure.ts';
import { measureOverload } from './src/overload.ts';
import { overloadReportOf } from './src/overload-report.ts';
import { complaintOf, reportOf } from './src/report.ts';

const usage = `
npm run bench [-- --seconds 30] [--rates 100,200] ...
npm run bench -- --overload [--seconds 60] [--rate 400]

Starts a system of its own, finds the knee of its confirmed orders/s in a closed loop, then measures in an open loop at
half of the knee how long an order takes to be confirmed. It prints nothing that it has not checked: an invalid run says
why and ends with status 1. The table is also written to .tenfold-bench/latest.json.

With --overload new orders come at three times the knee: measured is how much of the knee is still confirmed, how fast
orders are taken and refused, how memory grows, and how soon all is as before when the load is gone.

  --seconds N        how long each open loop is measured (30), or the overload (60)
  --rates N,N        the orders/s of the open loops, instead of half of the knee
  --connections N,N  the customers of the closed loop, rising (16,32,64,128,256,512)
  --step-seconds N   how long each of its steps takes (6)
  --overload         three times the knee
  --rate N           the knee for --overload, where it is known
  --seed N           of what is ordered (1)
  --mail             gives the customers addresses: each order then ends with an e-mail, after what is timed
  --keep             leaves the folder of the run, with its logs and data, in .tenfold-bench/
`;

/** Whatever happens, it ends: much longer than the longest run by default, which takes two minutes. */
const START_SECONDS = 120;
const SETTLE_SECONDS = 60;

const interrupted = interruption();
process.exitCode = await run().catch((error: unknown) => {
  if (interrupted.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});

async function run(): Promise<number> {
  const { values } = readArguments();
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  const plan: Plan = {
    connections: numbers('connections', values.connections),
    stepSeconds: number('step-seconds', values['step-seconds']),
    rates: values.rates ? numbers('rates', values.rates) : [],
    seconds: number('seconds', values.seconds ?? (values.overload ? '60' : '30')),
    seed: number('seed', values.seed),
    mail: values.mail,
  };
  const rate = values.rate === undefined ? undefined : number('rate', values.rate);
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(mostSeconds(plan) * 1_000)]);
  const folder = await openBenchFolder();
  let isToBeKept = values.keep;
  const system = await startSystem({ dir: folder.dir, say: console.log, env: environment(), signal });
  try {
    const surroundings = { say: console.log, signal };
    const { result, report } = values.overload
      ? await overload(system.running, { ...plan, rate }, surroundings)
      : await ordinary(system.running, plan, surroundings);
    const isValid = result.faults.length === 0;
    isToBeKept ||= !isValid;
    console.log(`\n${isValid ? report() : complaintOf(result.faults)}\n\nSee ${folder.write(result)}`);
    return isValid ? 0 : 1;
  } catch (error) {
    isToBeKept ||= !interrupted.aborted;
    throw error;
  } finally {
    await system.stop();
    if (isToBeKept) console.log(`The logs are in ${folder.dir}`);
    else await folder.clear();
  }
}

async function ordinary(...args: Parameters<typeof measure>) {
  const result = await measure(...args);
  return { result, report: () => reportOf(result) };
}

async function overload(...args: Parameters<typeof measureOverload>) {
  const result = await measureOverload(...args);
  return { result, report: () => overloadReportOf(result) };
}

/** As in production, with a tenth of all traces recorded. On free ports, and on servers of its own. */
function environment(): NodeJS.ProcessEnv {
  const ports = ['ORDER', 'INVENTORY', 'PAYMENT', 'NOTIFICATION', 'PAYMENT_PROVIDER', 'IDENTITY_PROVIDER']
    .concat('MAILBOX', 'MAILBOX_SMTP')
    .map((name) => [`${name}_PORT`, '0'] as const);
  const notOurs = /^(OTEL_.*|LOG_LEVEL|POSTGRES_URL|REDIS_URL|KAFKA_.*|TENFOLD_DIR)$/;
  const inherited = Object.entries(process.env).filter(([name]) => !notOurs.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...Object.fromEntries(ports),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
  };
}

function mostSeconds({ connections, stepSeconds, rates, seconds }: Plan): number {
  const openLoops = Math.max(1, rates.length);
  const closed = (connections.length + 1) * (stepSeconds + 20);
  return START_SECONDS + closed + openLoops * (seconds + SETTLE_SECONDS);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        seconds: { type: 'string' },
        overload: { type: 'boolean', default: false },
        rate: { type: 'string' },
        rates: { type: 'string' },
        connections: { type: 'string', default: '16,32,64,128,256,512' },
        'step-seconds': { type: 'string', default: '6' },
        seed: { type: 'string', default: '1' },
        mail: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage.trim()}`);
  }
}

function number(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Failure(`--${name} takes whole numbers from 1, not "${text}".`);
}

function numbers(name: string, text: string): number[] {
  return text.split(',').map((part) => number(name, part));
}
