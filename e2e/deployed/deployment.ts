import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, serviceNames } from '@repo/stack';

/** A system that runs somewhere else, in containers or on a cluster, and can be looked into from here. */
export interface Deployment {
  running: Running;
  /** Where requests for orders go, by their public path. */
  gatewayUrl: string;
  /** A folder of its own, in which commands find where everything is. */
  dir: string;
  /** Fetches what all processes have logged so far into the folder `logs`. */
  fetchLogs(): Promise<void>;
}

/** What a deployment must tell of itself: where it can be reached from here. */
export interface Addresses {
  gatewayUrl: string;
  paymentProviderUrl: string;
  identityProviderUrl: string;
  mailboxUrl: string;
  postgresUrl: string;
  kafkaBrokers: string;
  /** The passwords of the services' roles. */
  secrets: Record<string, string>;
  pids?: Partial<Record<string, number>>;
}

/**
 * Describes a deployment as `npm start` describes a system: so the tests and the commands that look into one find the
 * other too.
 *
 * @returns the variables of the environment by which they find it
 */
export function describe(dir: string, at: Addresses): { running: Running; env: Record<string, string> } {
  const { pids = {} } = at;
  const service = (name: string) => ({ url: `${at.gatewayUrl}/${name}`, pid: pids[name] ?? null });
  const outside = (url: string, name: string) => ({ url, pid: pids[name] ?? null });
  const running: Running = {
    services: Object.fromEntries(serviceNames.map((name) => [name, service(name)])) as Running['services'],
    external: {
      'payment-provider': outside(at.paymentProviderUrl, 'payment-provider'),
      'identity-provider': outside(at.identityProviderUrl, 'identity-provider'),
      mailbox: outside(at.mailboxUrl, 'mailbox'),
    },
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
