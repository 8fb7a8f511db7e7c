import { availableParallelism, cpus, loadavg } from 'node:os';
import { createKafka } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import type { Running } from '@tenfold/stack';
import { createBuyer } from './buyer.ts';
import { runClosedLoop } from './closed-loop.ts';
import { createAuditor } from './evidence.ts';
import { isPastKnee, kneeOf, type Step } from './figures.ts';
import { randomFrom } from './mix.ts';
import { type OpenLoopResult, runOpenLoop } from './open-loop.ts';
import { openProbe } from './probe.ts';
import { openShop } from './shop.ts';
import { faultsOf } from './validity.ts';

export interface Plan {
  /** Of the closed loop, rising. */
  connections: number[];
  stepSeconds: number;
  /** Of the open loop, in orders a second; half of the knee when there are none. */
  rates: number[];
  seconds: number;
  seed: number;
  /** Whether the customers have addresses, so that each order also causes an e-mail. */
  mail: boolean;
}

export interface Result {
  startedAt: string;
  machine: { node: string; processors: number; model: string; loadBefore: number };
  plan: Plan;
  /** One customer at a time. */
  alone: Step;
  steps: Step[];
  knee: Step;
  openLoops: OpenLoopResult[];
  orders: { accepted: number; repeats: number };
  /** Why the run does not count; empty when it does. */
  faults: string[];
}

/** The first orders find code that has not been compiled yet. They are checked like all others, but not timed. */
const WARM_UP = { connections: 16, seconds: 5 };

/** Measures a system that runs, and checks whether the measurement counts. */
export async function measure(
  running: Running,
  plan: Plan,
  { say, signal }: { say: (line: string) => void; signal: AbortSignal },
): Promise<Result> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const log = createLogger('bench', 'error');
  const kafka = createKafka({ brokers: [running.servers.kafka.brokers], clientId: 'bench', log });
  const tokens = await openShop(running, plan);
  const buyer = createBuyer({ orderUrl: running.services.order.url, tokens, random: randomFrom(plan.seed) });
  const auditor = createAuditor(running, kafka, signal);
  const probe = await openProbe(kafka);
  // The order service has heard of all products once nothing is on its way.
  await auditor.settle();

  const closed = async (connections: number, seconds: number): Promise<Step> => {
    say(`  ${connections === 1 ? '1 customer' : `${connections} customers`}, ${seconds} s`);
    return runClosedLoop({ buyer, probe, connections, seconds, signal });
  };

  try {
    say('warming up');
    await closed(WARM_UP.connections, WARM_UP.seconds);
    say('closed loop: each customer waits for the end of an order before the next');
    const alone = await closed(1, plan.stepSeconds);
    const steps: Step[] = [];
    for (const connections of plan.connections) {
      steps.push(await closed(connections, plan.stepSeconds));
      if (isPastKnee(steps)) break;
    }
    await auditor.settle();

    const knee = kneeOf(steps);
    const rates = plan.rates.length > 0 ? plan.rates : [Math.max(1, knee.confirmedPerSecond / 2)];
    const openLoops: OpenLoopResult[] = [];
    for (const rate of rates) {
      say(
        `open loop: ${rate.toFixed(0)} orders/s, whether or not earlier ones have ended, ${plan.seconds} s`,
      );
      openLoops.push(await runOpenLoop({ buyer, probe, rate, seconds: plan.seconds, signal }));
      await auditor.settle();
    }

    say('checking that nothing was lost, repeated or oversold');
    const { accepted, refused } = buyer;
    const books = await auditor.read();
    const faults = faultsOf({ accepted, refused, ends: probe.ends, openLoops, ...books });
    const orders = { accepted: accepted.size, repeats: buyer.repeats() };
    return { startedAt, machine, plan, alone, steps, knee, openLoops, orders, faults };
  } finally {
    buyer.close();
    await Promise.allSettled([probe.stop(), auditor.close()]);
  }
}

function describeMachine(): Result['machine'] {
  const [loadBefore = 0] = loadavg();
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return { node: process.version, processors: availableParallelism(), model, loadBefore };
}
