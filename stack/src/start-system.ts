import { rmSync } from 'node:fs';
import { announce } from './announce.ts';
import { openControlServer, type Verb } from './control-server.ts';
import { Failure, type Say } from './failure.ts';
import { takeFolder } from './folder.ts';
import { type House, openHouse } from './house.ts';
import { choosePorts } from './ports.ts';
import { type ServiceName, serviceNames, standInNames } from './roster.ts';
import { prepareDatabase, type Surroundings, serviceRecipe } from './run-services.ts';
import { standInRecipe, standInUrl } from './run-stand-ins.ts';
import { type Control, controlFile, type Running, runningFile } from './running.ts';
import { openSpanStore, type Span } from './spans.ts';
import { runServers } from './start-servers.ts';
import { writeWhole } from './write-whole.ts';

type Options = {
  /** The folder of all state; made if it is not there. */
  dir: string;
  say: Say;
  env?: NodeJS.ProcessEnv;
  /** This service is restarted on every save, with its inspector open. */
  dev?: ServiceName | undefined;
  /** Aborting it ends everything, also in the middle of the start. */
  signal?: AbortSignal;
};

export type System = {
  dir: string;
  /** Where everything is, as `running.json` says it; kept up to date. */
  running: Running;
  /** Stops, starts, pauses or resumes a process by its name; what is stopped stays down. Answers what was done. */
  control(verb: Verb, name: string): Promise<string>;
  /** What has come in of a trace. Empty when the user sends traces elsewhere. */
  spans(traceId: string): Span[];
  stop(): Promise<void>;
};

/**
 * Starts servers, stand-ins and services, each a process of its own, and keeps them running until `stop`. Throws a
 * Failure, with nothing left running, for what the user can mend.
 */
export async function startSystem({ dir, say, env = process.env, dev, signal }: Options): Promise<System> {
  const folder = await takeFolder(dir);
  rmSync(runningFile(dir), { force: true });
  if (folder.orphans.length > 0)
    say(`ended what an earlier start left running: ${folder.orphans.join(', ')}`);
  const house = openHouse({ folder, say, signal });
  try {
    const ports = await choosePorts(env);
    const { store, door } = await openDoor(house);
    const addresses = await runServers(house, env);
    say('Postgres, Redis and Kafka are ready');
    await runOurs(house, { env: environment(env, door), ports, addresses }, dev);
    say('the stand-ins and the services are ready');
    const running = announce(house, ports, addresses);
    return {
      dir,
      running,
      control: (verb, name) => control(house, verb, name),
      spans: store.spans,
      stop: house.close,
    };
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** Stand-ins, databases and migrations at once, then the services at once. */
async function runOurs(house: House, around: Omit<Surroundings, 'jwksUrl'>, dev: ServiceName | undefined) {
  const { env, ports } = around;
  const standIns = standInNames.map((name) => house.run(standInRecipe(house, name, ports, env)));
  const databases = serviceNames.map((name) => prepareDatabase(house, name, around));
  await house.together([...standIns, ...databases]);
  const jwksUrl = await findKeys(standInUrl('identity-provider', ports));
  const started = serviceNames.map(async (name, index) => {
    const databaseUrl = (await databases[index]) ?? '';
    await house.run(serviceRecipe(house, name, databaseUrl, { ...around, jwksUrl, dev: name === dev }));
  });
  await house.together(started);
}

/** Where an issuer keeps its public keys (OpenID Connect Discovery 1.0). */
async function findKeys(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return jwks_uri;
}

async function openDoor(house: House) {
  const store = openSpanStore();
  const door = await openControlServer({ control: (verb, name) => control(house, verb, name), spans: store });
  const file = controlFile(house.folder.dir);
  writeWhole(file, { url: door.url, secret: door.secret });
  house.atTheEnd(() => {
    door.close();
    rmSync(file, { force: true });
  });
  return { store, door };
}

/** What our processes inherit. Traces come to us, unless the user names another place for them. */
function environment(env: NodeJS.ProcessEnv, door: Control): NodeJS.ProcessEnv {
  const { POSTGRES_URL: _adminOnly, ...inherited } = env;
  const toUs = {
    OTEL_EXPORTER_OTLP_ENDPOINT: door.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${door.secret}`,
    OTEL_BSP_SCHEDULE_DELAY: '500',
  };
  return {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...(env.OTEL_EXPORTER_OTLP_ENDPOINT ? {} : toUs),
    ...inherited,
  };
}

const done = { stop: 'is stopped', start: 'is running', pause: 'is paused', resume: 'goes on' };

async function control(house: House, verb: Verb, name: string): Promise<string> {
  const one = house.processes.find((process) => process.name === name);
  const names = house.processes.map((process) => process.name).join(', ');
  if (!one) throw new Failure(`There is no process "${name}" here; there are ${names}.`);
  await one[verb]();
  return `${name} ${done[verb]}`;
}
