import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Reach } from './detour.ts';
import { traced } from './environment.ts';
import { Failure } from './failure.ts';
import type { House } from './house.ts';
import type { Ports } from './ports.ts';
import type { Recipe } from './processes/child.ts';
import { lastWords } from './processes/last-words.ts';
import { project, repository } from './project.ts';
import { answersOk, loopback, standInUrl } from './run-stand-ins.ts';
import type { Control } from './running.ts';
import { createServiceDatabase, databaseNames } from './service-databases.ts';
import type { Addresses } from './start-servers.ts';
import { type ServiceName, services } from './topology.ts';

/** What every service may be told; each is given what it needs. */
export type Surroundings = {
  env: NodeJS.ProcessEnv;
  collector: Control;
  ports: Ports;
  /** Where things are for us, and where the services are to look for them. */
  addresses: Addresses;
  reach: Reach;
  jwksUrl: string;
};

/** One process of a service. */
export type Instance = { name: string; port: number; databaseUrl: string; dev: boolean };

const inspector = ['--watch', '--watch-preserve-output', '--inspect=127.0.0.1:9229'];
const folderOf = (name: ServiceName) => join(repository, 'services', name);

/** Makes a service's database and brings it to its newest version. Answers the address that the service uses. */
export async function prepareDatabase(
  house: House,
  name: ServiceName,
  around: Omit<Surroundings, 'jwksUrl'>,
): Promise<string> {
  const names = databaseNames(name);
  const { migratorUrl, appUrl } = await createServiceDatabase(around.addresses.postgresUrl, {
    ...names,
    migratorPassword: house.folder.secret(names.migratorRole),
    appPassword: house.folder.secret(names.appRole),
    owner: { id: house.folder.systemId, adopts: house.processes.some((one) => one.name === 'postgres') },
  }).catch((error: unknown) => {
    throw new Failure(`The database of ${name} could not be made: ${(error as Error).message}.`);
  });
  await migrate(house, name, {
    ...around.env,
    KAFKA_BROKERS: around.addresses.kafkaBrokers,
    MIGRATOR_DATABASE_URL: migratorUrl,
  });
  const url = new URL(appUrl);
  url.host = new URL(around.reach.postgresUrl).host;
  return url.href;
}

async function migrate({ folder, signal }: House, name: ServiceName, env: NodeJS.ProcessEnv): Promise<void> {
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
  throw new Failure(`The migration of ${name} failed: ${lastWords(folder.log(name))} (${folder.log(name)}).`);
}

/** How a process of a service is run; `dev` restarts it on every save, with its inspector open. */
export function serviceRecipe(
  { folder }: House,
  service: ServiceName,
  { name, port, databaseUrl, dev }: Instance,
  around: Surroundings,
): Recipe {
  const flags = [...(dev ? inspector : []), '--import', '@repo/observability/preload'];
  const own = { [services[service].port[0]]: String(port), DATABASE_URL: databaseUrl };
  return {
    name,
    group: 'service',
    command: [process.execPath, ...flags, 'src/main.ts'],
    cwd: folderOf(service),
    env: { ...environment(service, around), ...own },
    log: folder.log(name),
    isReady: () => answersOk(`${loopback(port)}/readyz`),
    readyWithinMs: 30_000,
    endSignal: 'SIGTERM',
    endWithinMs: 20_000,
    firstAttempts: 1,
  };
}

function environment(
  name: ServiceName,
  { env, collector, ports, reach, jwksUrl }: Surroundings,
): NodeJS.ProcessEnv {
  const offered: Record<string, string> = { REDIS_URL: reach.redisUrl, ...reach.offers };
  return {
    ...traced(env, collector),
    ...Object.fromEntries(services[name].needs.map((variable) => [variable, offered[variable]])),
    HOST: '127.0.0.1',
    KAFKA_BROKERS: reach.kafkaBrokers,
    IDENTITY_ISSUER: standInUrl('identity-provider', ports),
    IDENTITY_JWKS_URL: jwksUrl,
    IDENTITY_AUDIENCE: project.name,
    OTEL_SERVICE_NAME: name,
  };
}
