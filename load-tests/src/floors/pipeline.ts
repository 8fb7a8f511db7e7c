import { createKafka } from '@repo/events';
import { createLogger } from '@repo/observability';
import type { Running } from '@repo/stack';
import pg from 'pg';
import { type Stage, stages, tables } from '../../floors/pipeline/tables.ts';
import { openMeter, pidsOf } from '../cost/meter.ts';
import { kneeOf } from '../figures/figures.ts';
import { createBuyer } from '../generator/buyer.ts';
import { type ClosedLoop, type MeasuredStep, runClosedLoop } from '../generator/closed-loop.ts';
import { randomFrom } from '../generator/mix.ts';
import { urlOf } from '../validity/auditor.ts';
import { openProbe } from '../validity/probe.ts';
import { type FloorProcess, startFloor } from './floor-process.ts';

/** A namespace for its topics and groups, and a prefix for its databases, keep it apart from the system. */
const NAMESPACE = 'floor';
const CONNECTIONS = [32, 128, 512];

export interface PipelineFloor {
  steps: MeasuredStep[];
  knee: MeasuredStep;
  faults: string[];
}

/** Measures the same hops with the same durability, written by hand without framework, traces, validation or repair. */
export async function measurePipeline(
  running: Running,
  tokens: string[],
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<PipelineFloor> {
  const brokers = running.servers.kafka.brokers;
  const kafka = createKafka({
    brokers: [brokers],
    clientId: 'bench',
    namespace: NAMESPACE,
    log: createLogger('bench', 'error'),
  });
  await kafka.createTopics(stages.map((stage) => ({ topic: `${stage}.events`, partitions: 6, config: {} })));
  const started = await Promise.allSettled(stages.map((stage) => startStage(stage, running, signal)));
  const processes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    const own = Object.fromEntries(stages.map((stage, index) => [stage, processes[index]?.pid ?? null]));
    const probe = await openProbe(kafka);
    const meter = await openMeter({
      postgresUrl: running.servers.postgres.url,
      pids: () => ({ ...pidsOf(running), ...own }),
      confirmed: probe.confirmed,
    });
    const orderUrl = processes[stages.indexOf('order')]?.url as string;
    const buyer = createBuyer({ orderUrl, tokens, random: randomFrom(1), repeatedShare: 0 });
    try {
      return await findKnee({ buyer, probe, meter, seconds, signal });
    } finally {
      buyer.close();
      await Promise.allSettled([probe.stop(), meter.close()]);
    }
  } finally {
    await Promise.all(processes.map(({ stop }) => stop()));
  }
}

async function findKnee(loop: Omit<ClosedLoop, 'connections'>): Promise<PipelineFloor> {
  const steps: MeasuredStep[] = [];
  for (const connections of CONNECTIONS) steps.push(await runClosedLoop({ ...loop, connections }));
  const { accepted, complaints } = loop.buyer;
  const lost = [...accepted.keys()].filter((id) => !loop.probe.ends.has(id));
  const faults = [...complaints, ...lost.map((id) => `Order ${id} of the pipeline never ended.`)];
  return { steps, knee: kneeOf(steps), faults };
}

async function startStage(
  stage: Stage,
  { servers, external }: Running,
  signal: AbortSignal,
): Promise<FloorProcess> {
  const env = {
    DATABASE_URL: await createDatabase(servers.postgres.url, stage),
    KAFKA_BROKERS: servers.kafka.brokers,
    KAFKA_NAMESPACE: NAMESPACE,
    PAYMENT_PROVIDER_URL: external['payment-provider'].url,
  };
  return startFloor(stage, env, signal);
}

async function createDatabase(adminUrl: string, stage: Stage): Promise<string> {
  const name = `${NAMESPACE}_${stage}`;
  await inSession(adminUrl, `create database ${name}`);
  const url = urlOf(adminUrl, name);
  await inSession(url, tables[stage]);
  return url;
}

async function inSession(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
