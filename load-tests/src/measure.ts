import type { Running } from '@tenfold/stack';
import type { MeasuredStep } from './closed-loop.ts';
import { describeMachine, type Machine, openBench, type Surroundings } from './open-bench.ts';
import { type OpenLoopResult, runOpenLoop } from './open-loop.ts';

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
  machine: Machine;
  plan: Plan;
  /** One customer at a time. */
  alone: MeasuredStep;
  steps: MeasuredStep[];
  knee: MeasuredStep;
  openLoops: OpenLoopResult[];
  orders: { accepted: number; repeats: number };
  /** Why the run does not count; empty when it does. */
  faults: string[];
}

/** Measures a system that runs, and checks whether the measurement counts. */
export async function measure(running: Running, plan: Plan, { say, signal }: Surroundings): Promise<Result> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const bench = await openBench(running, plan, { say, signal });
  const { buyer, probe, meter, auditor } = bench;
  try {
    await bench.warmUp();
    const alone = await bench.closed(1);
    const { steps, knee } = await bench.findKnee(plan.connections);
    const rates = plan.rates.length > 0 ? plan.rates : [Math.max(1, knee.confirmedPerSecond / 2)];
    const openLoops: OpenLoopResult[] = [];
    for (const rate of rates) {
      say(
        `open loop: ${rate.toFixed(0)} orders/s, whether or not earlier ones have ended, ${plan.seconds} s`,
      );
      openLoops.push(await runOpenLoop({ buyer, probe, meter, rate, seconds: plan.seconds, signal }));
      await auditor.settle();
    }
    const faults = await bench.check(openLoops);
    const orders = { accepted: buyer.accepted.size, repeats: buyer.repeats() };
    return { startedAt, machine, plan, alone, steps, knee, openLoops, orders, faults };
  } finally {
    await bench.close();
  }
}
