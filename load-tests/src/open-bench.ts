import { availableParallelism, cpus, loadavg } from 'node:os';
import { createKafka } from '@repo/events';
import { createLogger } from '@repo/observability';
import type { Running } from '@repo/stack';
import { openMeter, pidsOf } from './cost/meter.ts';
import { isPastKnee, kneeOf } from './figures/figures.ts';
import { createBuyer } from './generator/buyer.ts';
import { type MeasuredStep, runClosedLoop } from './generator/closed-loop.ts';
import { randomFrom } from './generator/mix.ts';
import { type OpenLoopResult, runOpenLoop } from './generator/open-loop.ts';
import { openShop } from './generator/shop.ts';
import { fillDatabases } from './large/fill.ts';
import type { RunContext } from './run-context.ts';
import { createAuditor } from './validity/auditor.ts';
import { openProbe } from './validity/probe.ts';
import { type Evidence, faultsOf } from './validity/validity.ts';

export interface BenchOptions {
  seed: number;
  /** Whether the customers have addresses, so that each order causes an e-mail. */
  mail: boolean;
  stepSeconds: number;
}

export type Bench = Awaited<ReturnType<typeof openBench>>;

/** The first orders run code that is not compiled yet. They are checked like all others, but not timed. */
const WARM_UP = { connections: 16, seconds: 5 };

/** Opens the shop of a running system, with a buyer, a probe, a meter and an auditor. */
export async function openBench(
  running: Running,
  { seed, mail, stepSeconds }: BenchOptions,
  { print, signal }: RunContext,
) {
  const log = createLogger('bench', 'error');
  const kafka = createKafka({ brokers: [running.servers.kafka.brokers], clientId: 'bench', log });
  const tokens = await openShop(running, { mail });
  const buyer = createBuyer({ orderUrl: running.services.order.url, tokens, random: randomFrom(seed) });
  const auditor = createAuditor(running, kafka, signal);
  const probe = await openProbe(kafka);
  const meter = await openMeter({
    postgresUrl: running.servers.postgres.url,
    pids: () => pidsOf(running),
    confirmed: probe.confirmed,
  });
  // Once the consumers have caught up, the order service has the prices of all products.
  await auditor.settle();
  const openedAt = await auditor.now();
  const before = await auditor.read();
  auditor.exclude({
    placedBefore: openedAt,
    sold: new Map(before.stock.map(({ sku, sold }) => [sku, sold])),
    booked: new Set(before.ledger.map(({ reference }) => reference)),
  });

  const closed = async (connections: number, seconds = stepSeconds): Promise<MeasuredStep> => {
    print(`  ${connections === 1 ? '1 customer' : `${connections} customers`}, ${seconds} s`);
    return runClosedLoop({ buyer, probe, meter, connections, seconds, signal });
  };

  return {
    buyer,
    probe,
    meter,
    auditor,
    async warmUp(): Promise<void> {
      print('warming up');
      await closed(WARM_UP.connections, WARM_UP.seconds);
    },
    closed,
    /** Places orders at a fixed rate, whether or not earlier ones have ended. */
    async open(rate: number, seconds: number, { mayRefuse = false } = {}): Promise<OpenLoopResult> {
      print(`open loop: ${rate.toFixed(0)} orders/s, whether or not earlier ones have ended, ${seconds} s`);
      const result = await runOpenLoop({ buyer, probe, meter, rate, seconds, mayRefuse, signal });
      await auditor.settle();
      return result;
    },
    /** Raises the number of customers until more of them gain nothing. */
    async findKnee(connections: number[]): Promise<{ steps: MeasuredStep[]; knee: MeasuredStep }> {
      print('closed loop: each customer waits for the end of an order before the next');
      const steps: MeasuredStep[] = [];
      for (const count of connections) {
        steps.push(await closed(count));
        if (isPastKnee(steps)) break;
      }
      await auditor.settle();
      return { steps, knee: kneeOf(steps) };
    },
    /** Fills the databases with copies of the orders placed so far, up to this number. */
    async fill(orders: number): Promise<void> {
      await auditor.settle();
      const { stock } = await auditor.read();
      const options = { orders, originals: buyer.accepted.size, since: openedAt };
      const copies = await fillDatabases(running, options, { print, signal });
      const sold = new Map(stock.map((each) => [each.sku, each.sold * copies]));
      auditor.exclude({ placedBefore: openedAt, sold });
    },
    /** The reasons why the run is not valid; empty for a valid one. */
    async check(openLoops: Evidence['openLoops']): Promise<string[]> {
      print('checking that nothing was lost, repeated or oversold');
      const { accepted, complaints } = buyer;
      const state = await auditor.read();
      return faultsOf({ accepted, complaints, ends: probe.ends, openLoops, ...state });
    },
    async close(): Promise<void> {
      buyer.close();
      await Promise.allSettled([probe.stop(), auditor.close(), meter.close()]);
    },
  };
}

export interface Machine {
  node: string;
  processors: number;
  model: string;
  loadBefore: number;
}

export function describeMachine(): Machine {
  const [loadBefore = 0] = loadavg();
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return { node: process.version, processors: availableParallelism(), model, loadBefore };
}
