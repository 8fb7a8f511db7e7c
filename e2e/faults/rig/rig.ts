import { join } from 'node:path';
import { createFaultyProxy, type FaultyProxy, type System, startSystem } from '@repo/stack';
import { serviceNames } from '@repo/stack/topology';
import { eventually, ownEnvironment } from '@repo/testing';
import { type Auditor, openAudit } from '../../audit/audit.ts';
import type { Databases } from '../../audit/databases.ts';
import type { MutantName } from '../../fault-injection/mutants.ts';
import type { Poison } from '../../invariants/evidence.ts';
import { type Client, createClient } from '../../workload/client.ts';
import { openShop, type Shop } from '../../workload/shop.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { createRandom, type Random } from './random.ts';
import { openSwitchboard, type Switchboard } from './switchboard.ts';
import { openTraceSink, type TraceSink } from './trace-sink.ts';

/** A system that faults can be caused in, with its clients and the audit that watches it. */
export interface Rig extends Switchboard {
  system: System;
  auditor: Auditor;
  client: Client;
  shop: Shop;
  random: Random;
  /** By the name of the server behind each; none where there are three brokers. */
  proxies: ReadonlyMap<string, FaultyProxy>;
  traces: TraceSink;
  /** The URL of the order service for clients, however many replicas it has. */
  orderUrl: string;
  /** The URLs of further replicas of services, by their names. */
  replicas: Map<string, string>;
  /** The further replicas that have been stopped. */
  spares: Map<string, string>;
  /** Records that were sent to become dead letters. */
  poisons: Poison[];
  /** The alarms that a fault of this run must raise. */
  expectedAlarms: Set<string>;
  /** Processes that have been stopped or paused, and not yet started or resumed. */
  stopped: Set<string>;
  paused: Set<string>;
  /** Records a fault and its time. */
  note(what: string): void;
  close(): Promise<void>;
}

export interface RigOptions {
  /** A folder for all its files. */
  dir: string;
  seed: number;
  brokers: 1 | 3;
  mutant?: MutantName | undefined;
  note(what: string): void;
  signal?: AbortSignal;
}

/** Longer than most faults, so that orders survive them; short enough to be waited for where they do not. */
const DEADLINE_S = 15;
const SETTLE_MS = 60_000;

export async function openRig({ dir, seed, brokers, mutant, note, signal }: RigOptions): Promise<Rig> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const switches = join(dir, 'switches');
    const switchboard = openSwitchboard(switches);
    const traces = await openTraceSink();
    closers.push(traces.close);
    const { proxies, openProxy, closeProxies } = createProxies();
    closers.push(closeProxies);
    const system = await startSystem({
      dir: join(dir, 'system'),
      print: () => {},
      env: ownEnvironment(environment({ switches, traces, mutant })),
      brokers,
      ...(brokers === 1 && { openProxy }),
      ...(signal && { signal }),
    });
    closers.push(system.stop);
    const auditor = await openAudit(system);
    closers.push(auditor.close);
    await createEffectTables(auditor.databases);
    const client = createClient();
    const shop = await openShop(system.running, client);
    const left = await auditor.settle({ timeoutMs: SETTLE_MS });
    if (left.length > 0) throw new Error(`The products have not reached every service: ${left.join(' ')}`);
    const replicas = new Map<string, string>();
    const balancer = await openOrderBalancer(system, replicas);
    closers.push(balancer.close);
    return {
      ...{ system, auditor, client, shop, random: createRandom(seed), proxies, traces, replicas },
      ...{ orderUrl: balancer.url, spares: new Map(), poisons: [], expectedAlarms: new Set() },
      ...{ stopped: new Set(), paused: new Set(), note, close },
      ...switchboard,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function createProxies() {
  const proxies = new Map<string, FaultyProxy>();
  return {
    proxies,
    async openProxy(name: string, port: number): Promise<number> {
      const proxy = await createFaultyProxy(`tcp://127.0.0.1:${port}`);
      proxies.set(name, proxy);
      return proxy.port;
    },
    closeProxies: () => Promise.all([...proxies.values()].map((proxy) => proxy.close())),
  };
}

function environment(of: { switches: string; traces: TraceSink; mutant: MutantName | undefined }) {
  const preload = join(import.meta.dirname, '../../fault-injection/preload.ts');
  return {
    ORDER_DEADLINE_SECONDS: String(DEADLINE_S),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
    OTEL_EXPORTER_OTLP_ENDPOINT: of.traces.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    NODE_OPTIONS: `--import ${preload}`,
    TENFOLD_FAULT_INJECTION: of.switches,
    ...(of.mutant && { TENFOLD_MUTANT: of.mutant }),
  };
}

/** Creates a table in each database in which the service records effects, in their own transactions. */
async function createEffectTables(databases: Databases): Promise<void> {
  for (const name of serviceNames) {
    for (const text of [
      'create schema audit',
      'create table audit.effects (message_id uuid not null, at timestamptz not null default clock_timestamp())',
      `grant usage on schema audit to ${name}_app`,
      `grant insert on audit.effects to ${name}_app`,
    ])
      await databases[name].query({ text, values: [] });
  }
}

function openOrderBalancer({ running }: System, replicas: ReadonlyMap<string, string>): Promise<Balancer> {
  return openBalancer(() => [
    running.services.order.url,
    ...[...replicas].filter(([name]) => name.startsWith('order-')).map(([, url]) => url),
  ]);
}

/** Waits until a process runs that is not the one that ran before. */
export async function waitForRestart({ system }: Rig, name: string, before: number | null): Promise<void> {
  await eventually(() => system.pidOf(name) !== null && system.pidOf(name) !== before, {
    timeoutMs: 60_000,
    what: `${name} to be back`,
  });
}
