import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from '@repo/stack';
import { type StandInName, serviceNames, standInNames } from '@repo/stack/topology';

/** A system that runs in containers or on a cluster, and can be inspected from here. */
export interface Deployment {
  running: Running;
  /** The URL for requests about orders, by their public path. */
  gatewayUrl: string;
  /** A folder of its own, in which commands find its addresses. */
  dir: string;
  /** Fetches what all processes have logged so far into the folder `logs`. */
  fetchLogs(): Promise<void>;
}

/** The addresses of a deployment, as they can be reached from here. */
export interface Addresses {
  gatewayUrl: string;
  standInUrls: Record<StandInName, string>;
  postgresUrl: string;
  kafkaBrokers: string;
  /** The passwords of the services' roles. */
  secrets: Record<string, string>;
  pids?: Partial<Record<string, number>>;
}

/**
 * Describes a deployment as `npm start` describes a system, so that the same tests and commands work on both.
 *
 * @returns the environment variables by which they find it
 */
export function describe(dir: string, at: Addresses): { running: Running; env: Record<string, string> } {
  const { pids = {} } = at;
  const service = (name: string) => ({ url: `${at.gatewayUrl}/${name}`, pid: pids[name] ?? null });
  const outside = (url: string, name: string) => ({ url, pid: pids[name] ?? null });
  const running: Running = {
    services: mapNames(serviceNames, service),
    external: mapNames(standInNames, (name) => outside(at.standInUrls[name], name)),
    servers: {
      postgres: outside(at.postgresUrl, 'postgres'),
      redis: outside('redis://out-of-reach', 'valkey'),
      kafka: { brokers: at.kafkaBrokers, pid: pids.kafka ?? null },
    },
  };
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const file = join(dir, 'where.json');
  writeFileSync(file, JSON.stringify(running, null, 2), { mode: 0o600 });
  writeFileSync(join(dir, 'secrets.json'), JSON.stringify(at.secrets, null, 2), { mode: 0o600 });
  return { running, env: { TENFOLD_RUNNING_FILE: file, TENFOLD_DIR: dir } };
}

/** An object with a value for each of some names. */
export function mapNames<Name extends string, Value>(
  names: readonly Name[],
  makeValue: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, makeValue(name)])) as Record<Name, Value>;
}
