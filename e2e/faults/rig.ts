import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type System, startSystem } from '@repo/stack';
import { eventually } from '@repo/testing';
import { type Auditor, openAudit } from '../audit/audit.ts';
import type { Databases } from '../audit/databases.ts';
import type { Poison } from '../invariants/evidence.ts';
import { ownEnvironment } from '../own-environment.ts';
import type { MutantName } from '../sabotage/mutants.ts';
import { type Client, createClient } from '../workload/client.ts';
import { openShop, type Shop } from '../workload/shop.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { type Detour, openDetour } from './detour.ts';
import { createDice, type Dice } from './dice.ts';
import { openTraceSink, type TraceSink } from './trace-sink.ts';

export type ServiceName = 'order' | 'inventory' | 'payment' | 'notification';
export const serviceNames: ServiceName[] = ['order', 'inventory', 'payment', 'notification'];

/** A system that things can be done to, and everybody who watches it. */
export interface Rig {
  system: System;
  auditor: Auditor;
  client: Client;
  shop: Shop;
  dice: Dice;
  /** By the name of the server that they lead to; none where there are three brokers. */
  detours: ReadonlyMap<string, Detour>;
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
  /** Asks for something of a service's process, by a file that it looks for (e2e/sabotage/levers.ts). */
  pull(service: ServiceName, lever: string, text?: string): void;
  /** The levers that are still pulled. */
  pulled(): string[];
  release(): void;
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
  const levers = join(dir, 'levers');
  mkdirSync(levers, { recursive: true });
  const traces = await openTraceSink();
  const detours = new Map<string, Detour>();
  const detour = async (name: string, port: number) => {
    const opened = await openDetour(port);
    detours.set(name, opened);
    return opened.port;
  };
  const closers: (() => unknown)[] = [
    traces.close,
    () => Promise.all([...detours.values()].map((one) => one.close())),
  ];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const env = ownEnvironment(environment({ levers, traces, mutant }));
    const way = brokers === 1 ? { openProxy: detour } : {};
    const system = await startSystem({
      dir: join(dir, 'system'),
      print: say,
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
      ...{ system, auditor, client, shop, dice: createDice(seed), detours, traces, replicas, note, close },
      ...{
        orderUrl: balancer.url,
        spares: new Map(),
        poisons: [],
        expectedAlarms: new Set(),
        stopped: new Set(),
        paused: new Set(),
      },
      pull: (service, lever, text = '') => writeFileSync(join(levers, `${service}.${lever}`), text),
      pulled: () => readdirSync(levers),
      release: () => {
        for (const file of readdirSync(levers)) rmSync(join(levers, file), { force: true });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function environment(of: { levers: string; traces: TraceSink; mutant: MutantName | undefined }) {
  const preload = join(import.meta.dirname, '../sabotage/preload.ts');
  return {
    ORDER_DEADLINE_SECONDS: String(DEADLINE_S),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
    OTEL_EXPORTER_OTLP_ENDPOINT: of.traces.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    NODE_OPTIONS: `--import ${preload}`,
    TENFOLD_SABOTAGE: of.levers,
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
export async function isBack({ system }: Rig, name: string, before: number | null): Promise<void> {
  await eventually(() => system.pidOf(name) !== null && system.pidOf(name) !== before, {
    timeoutMs: 60_000,
    what: `${name} to be back`,
  });
}
