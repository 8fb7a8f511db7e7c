import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { project, repository } from '../project.ts';
import type { ProcessSpec } from '../supervisor/processes/child.ts';
import { lastLogLine } from '../supervisor/processes/last-log-line.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type ServiceName, services } from '../topology.ts';
import { observed } from './environment.ts';
import type { Ports } from './ports.ts';
import type { ServiceAddresses } from './proxies.ts';
import { answersOk, loopback, standInUrl } from './run-stand-ins.ts';
import { createServiceDatabase, databaseNames } from './service-databases.ts';
import type { Addresses } from './start-servers.ts';

/** The addresses from which the environment of a service is made; each service gets those that it needs. */
export type ServiceEnvironment = {
  env: NodeJS.ProcessEnv;
  collector: Control;
  ports: Ports;
  /** The addresses for the stack itself, and those for the services. */
  addresses: Addresses;
  serviceAddresses: ServiceAddresses;
  jwksUrl: string;
};

/** One process of a service. */
export type Instance = { name: string; port: number; databaseUrl: string; dev: boolean };

const inspector = ['--watch', '--watch-preserve-output', '--inspect=127.0.0.1:9229'];
/** `npm run profile` opens the inspector of a service by a signal: on any free port, so that several can be open. */
const closedInspector = ['--inspect-port=127.0.0.1:0'];
const folderOf = (name: ServiceName) => join(repository, 'services', name);

/** Creates and migrates the database of a service. Returns its address for the service. */
export async function prepareDatabase(
  supervisor: Supervisor,
  name: ServiceName,
  around: Omit<ServiceEnvironment, 'jwksUrl'>,
): Promise<string> {
  const names = databaseNames(name);
  const { migratorUrl, appUrl } = await createServiceDatabase(around.addresses.postgresUrl, {
    ...names,
    migratorPassword: supervisor.folder.secret(names.migratorRole),
    appPassword: supervisor.folder.secret(names.appRole),
    owner: {
      id: supervisor.folder.systemId,
      adopts: supervisor.processes.some((one) => one.name === 'postgres'),
    },
  }).catch((error: unknown) => {
    throw new Failure(`The database of ${name} could not be created: ${(error as Error).message}.`);
  });
  await migrate(supervisor, name, {
    ...around.env,
    KAFKA_BROKERS: around.addresses.kafkaBrokers,
    MIGRATOR_DATABASE_URL: migratorUrl,
  });
  const url = new URL(appUrl);
  url.host = new URL(around.serviceAddresses.postgresUrl).host;
  return url.href;
}

async function migrate(
  { folder, signal }: Supervisor,
  name: ServiceName,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const log = openSync(folder.log(name), 'a', 0o600);
  const stdio = ['ignore', log, log] as const;
  const child = spawn(process.execPath, ['src/migrate.ts'], {
    cwd: folderOf(name),
    env,
    signal,
    stdio: [...stdio],
  });
  closeSync(log);
  const [status] = await once(child, 'exit');
  if (status === 0) return;
  throw new Failure(
    `The migration of ${name} failed: ${lastLogLine(folder.log(name))} (${folder.log(name)}).`,
  );
}

/** The spec of a process of a service; `dev` restarts it on every save, with its inspector open. */
export function serviceSpec(
  { folder }: Supervisor,
  service: ServiceName,
  { name, port, databaseUrl, dev }: Instance,
  around: ServiceEnvironment,
): ProcessSpec {
  const flags = [...(dev ? inspector : closedInspector), '--import', '@repo/observability/preload'];
  const own = { [services[service].port[0]]: String(port), DATABASE_URL: databaseUrl };
  return {
    name,
    group: 'service',
    command: [process.execPath, ...flags, 'src/main.ts'],
    cwd: folderOf(service),
    env: { ...environment(service, name, around), ...own },
    log: folder.log(name),
    isReady: () => answersOk(`${loopback(port)}/readyz`),
    readyWithinMs: 30_000,
    endSignal: 'SIGTERM',
    endWithinMs: 20_000,
    firstAttempts: 1,
  };
}

function environment(
  service: ServiceName,
  name: string,
  { env, collector, ports, serviceAddresses, jwksUrl }: ServiceEnvironment,
): NodeJS.ProcessEnv {
  const offered: Record<string, string> = {
    REDIS_URL: serviceAddresses.redisUrl,
    ...serviceAddresses.offers,
  };
  return {
    ...observed(env, collector, name),
    ...Object.fromEntries(services[service].needs.map((variable) => [variable, offered[variable]])),
    HOST: '127.0.0.1',
    KAFKA_BROKERS: serviceAddresses.kafkaBrokers,
    IDENTITY_ISSUER: standInUrl('identity-provider', ports),
    IDENTITY_JWKS_URL: jwksUrl,
    IDENTITY_AUDIENCE: project.name,
    OTEL_SERVICE_NAME: service,
  };
}
