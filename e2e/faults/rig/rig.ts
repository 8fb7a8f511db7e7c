import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaultyProxy, type FaultyProxy, type System, startSystem } from '@repo/stack';
import { eventually } from '@repo/testing';
import { type Auditor, openAudit } from '../../audit/audit.ts';
import type { Databases } from '../../audit/databases.ts';
import type { MutantName } from '../../fault-injection/mutants.ts';
import type { Poison } from '../../invariants/evidence.ts';
import { ownEnvironment } from '../../own-environment.ts';
import { type Client, createClient } from '../../workload/client.ts';
import { openShop, type Shop } from '../../workload/shop.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { createRandom, type Random } from './random.ts';
import { openTraceSink, type TraceSink } from './trace-sink.ts';

export type ServiceName = 'order' | 'inventory' | 'payment' | 'notification';
export const serviceNames: ServiceName[] = ['order', 'inventory', 'payment', 'notification'];

/** A system that things can be done to, and everybody who watches it. */
export interface Rig {
  system: System;
  auditor: Auditor;
  client: Client;
  shop: Shop;
  random: Random;
  /** By the name of the server behind each; none where there are three brokers. */
  proxies: ReadonlyMap<string, FaultyProxy>;
  traces: TraceSink;
  /** Where clients find the order service, however many replicas it has. */
  orderUrl: string;
  /** The URLs of further replicas of services, by their names. */
  replicas: Map<string, string>;
  /** Those that have been there and have left. */
  spares: Map<string, string>;
  /** What was sent to be a dead letter. */
  poisons: Poison[];
  /** What a fault that was played must make the services say. */
  expectedAlarms: Set<string>;
  /** What npm run stack has been told to stop or to pause, and not yet to go on. */
  stopped: Set<string>;
  paused: Set<string>;
  /** Asks for something of a service's process, by a file that it looks for (e2e/fault-injection/switches.ts). */
  turnOn(service: ServiceName, name: string, text?: string): void;
  /** The switches that are still pulled. */
  switchesOn(): string[];
  turnAllOff(): void;
  /** Puts down what is done, and when. */
  note(what: string): void;
  close(): Promise<void>;
}

export interface RigOptions {
  /** A folder for all that it keeps. */
  dir: string;
  seed: number;
  brokers: 1 | 3;
  mutant?: MutantName | undefined;
  say(line: string): void;
  note(what: string): void;
  signal?: AbortSignal;
}

/** Longer than most faults, so that orders survive them; short enough to be waited for where they do not. */
const DEADLINE_S = 15;
const SETTLE_MS = 60_000;

export async function openRig(options: RigOptions): Promise<Rig> {
  const { dir, seed, brokers, mutant, say, note, signal } = options;
  const switches = join(dir, 'switches');
  mkdirSync(switches, { recursive: true });
  const traces = await openTraceSink();
  const proxies = new Map<string, FaultyProxy>();
  const detour = async (name: string, port: number) => {
    const proxy = await createFaultyProxy(`tcp://127.0.0.1:${port}`);
    proxies.set(name, proxy);
    return proxy.port;
  };
  const closers: (() => unknown)[] = [
    traces.close,
    () => Promise.all([...proxies.values()].map((one) => one.close())),
  ];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const env = ownEnvironment(environment({ switches, traces, mutant }));
    const way = brokers === 1 ? { detour } : {};
    const system = await startSystem({
      dir: join(dir, 'system'),
      say,
      env,
      brokers,
      ...way,
      ...(signal && { signal }),
    });
    closers.push(system.stop);
    const auditor = await openAudit(system);
    closers.push(auditor.close);
    await watchEffects(auditor.databases);
    const client = createClient();
    const shop = await openShop(system.running, client);
    const unheard = await auditor.settle({ timeoutMs: SETTLE_MS });
    if (unheard.length > 0) throw new Error(`Not everybody heard of the products: ${unheard.join(' ')}`);
    const replicas = new Map<string, string>();
    const balancer = await openOrderBalancer(system, replicas);
    closers.push(balancer.close);
    return {
      ...{
        system,
        auditor,
        client,
        shop,
        random: createRandom(seed),
        proxies,
        traces,
        replicas,
        note,
        close,
      },
      ...{
        orderUrl: balancer.url,
        spares: new Map(),
        poisons: [],
        expectedAlarms: new Set(),
        stopped: new Set(),
        paused: new Set(),
      },
      turnOn: (service, name, text = '') => writeFileSync(join(switches, `${service}.${name}`), text),
      switchesOn: () => readdirSync(switches),
      turnAllOff: () => {
        for (const file of readdirSync(switches)) rmSync(join(switches, file), { force: true });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
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

/** A table in each service's database in which it takes note of effects, in their own transactions. */
async function watchEffects(databases: Databases): Promise<void> {
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
