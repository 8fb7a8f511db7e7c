import { rmSync } from 'node:fs';
import { announce } from './announce.ts';
import type { Verb } from './control-server.ts';
import { control, openDoor } from './door.ts';
import { inherited } from './environment.ts';
import type { Say } from './failure.ts';
import { takeFolder } from './folder.ts';
import { type House, openHouse } from './house.ts';
import { choosePorts, type Ports } from './ports.ts';
import { type ServiceName, serviceNames, standInNames } from './roster.ts';
import { prepareDatabase, type Surroundings, serviceRecipe } from './run-services.ts';
import { standInRecipe, standInUrl } from './run-stand-ins.ts';
import { type Running, runningFile } from './running.ts';
import type { Span } from './spans.ts';
import { runServers } from './start-servers.ts';

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
    const ourEnv = inherited(env, door);
    const [addresses] = await house.together([runServers(house, env), runStandIns(house, ports, ourEnv)]);
    say('Postgres, Redis and Kafka are ready');
    await runServices(house, { env: ourEnv, ports, addresses }, dev);
    say('the services are ready');
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

async function runStandIns(house: House, ports: Ports, env: NodeJS.ProcessEnv): Promise<void> {
  await house.together(standInNames.map((name) => house.run(standInRecipe(house, name, ports, env))));
}

/** Databases and migrations at once, then the services at once. */
async function runServices(
  house: House,
  around: Omit<Surroundings, 'jwksUrl'>,
  dev: ServiceName | undefined,
) {
  const databases = await house.together(serviceNames.map((name) => prepareDatabase(house, name, around)));
  const jwksUrl = await findKeys(standInUrl('identity-provider', around.ports));
  const started = serviceNames.map((name, index) => {
    const own = { ...around, jwksUrl, dev: name === dev };
    return house.run(serviceRecipe(house, name, databases[index] ?? '', own));
  });
  await house.together(started);
}

/** Where an issuer keeps its public keys (OpenID Connect Discovery 1.0). */
async function findKeys(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return jwks_uri;
}
