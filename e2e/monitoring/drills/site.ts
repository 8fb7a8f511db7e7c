import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKafka, type Publisher } from '@repo/events';
import { ruleFiles } from '@repo/monitoring/rules';
import { createLogger } from '@repo/observability';
import { createFaultyProxy, type FaultyProxy, type System, startSystem } from '@repo/stack';
import { ownEnvironment } from '@repo/testing';
import { type Databases, openDatabases } from '../../audit/databases.ts';
import { startPrograms } from '../programs.ts';
import { type Notifications, receiveNotifications } from './notifications.ts';
import { type Shoppers, startShoppers } from './shoppers.ts';

/** A running system with a light load, whose metrics reach a real Prometheus, whose alerts reach an operator. */
export interface Site {
  system: System;
  shoppers: Shoppers;
  notifications: Notifications;
  databases: Databases;
  publisher: Publisher;
  /** Between the services and a server, by its name: `postgres`; and `collector`, `collector telemetry`. */
  proxies: ReadonlyMap<string, FaultyProxy>;
  /** Receives the traces and logs that the collector keeps. */
  nowhere: { answer(status: number): void };
  /** The environment of the services. */
  env: NodeJS.ProcessEnv;
  prometheusUrl: string;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** A folder for all files. */
  dir: string;
  /** How much shorter the times of the rules are. */
  speed: number;
  print(line: string): void;
  signal?: AbortSignal;
}

/** So few that a drill can reach the limit, and so many that the load alone cannot. */
const MOST_OPEN_ORDERS = 150;

/** @throws Failure when a program is missing or something does not start; then nothing is left running */
export async function openSite({ dir, speed, print, signal }: SiteOptions): Promise<Site> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const notifications = await receiveNotifications();
    closers.push(notifications.close);
    const proxies = new Map<string, FaultyProxy>();
    closers.push(() => Promise.all([...proxies.values()].map((proxy) => proxy.close())));
    const openProxy = async (name: string, port: number) => {
      const proxy = await createFaultyProxy(`tcp://127.0.0.1:${port}`);
      proxies.set(name, proxy);
      return proxy.port;
    };
    const programs = await startPrograms({
      dir: join(dir, 'programs'),
      rulesFolder: writeRules(join(dir, 'rules'), speed),
      webhookUrl: notifications.url,
      openProxy,
    });
    closers.push(programs.stop);
    print('the collector, Prometheus and Alertmanager are ready');
    const collector = await createFaultyProxy(programs.otlpUrl);
    proxies.set('collector', collector);
    const env = ownEnvironment(environment(collector.url));
    const system = await startSystem({
      ...{ dir: join(dir, 'system'), print, env },
      openProxy,
      ...(signal && { signal }),
    });
    closers.push(system.stop);
    const databases = openDatabases(system.running);
    closers.push(databases.close);
    const brokers = system.running.servers.kafka.brokers.split(',');
    const publisher = await createKafka({
      brokers,
      clientId: 'drill',
      log: createLogger('drill', 'silent'),
    }).openPublisher();
    closers.push(publisher.close);
    const shoppers = await startShoppers(system);
    closers.push(shoppers.stop);
    const { prometheusUrl, nowhere } = programs;
    const told = { notifications, nowhere, prometheusUrl };
    return { system, shoppers, databases, publisher, proxies, env, ...told, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function writeRules(folder: string, speed: number): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of ruleFiles({ speed })) writeFileSync(join(folder, name), text);
  return folder;
}

/** Metrics each second, since the windows of a drill are seconds too. */
function environment(otlpUrl: string): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
    ADMISSION_MAX_OPEN_ORDERS: String(MOST_OPEN_ORDERS),
  };
}
