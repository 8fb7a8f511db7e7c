import { rmSync } from 'node:fs';
import { announce } from './announce.ts';
import { claimServers } from './claim-servers.ts';
import type { Verb } from './control-server.ts';
import { type Detour, directly, planKafka, takeDetours } from './detour.ts';
import { control, openDoor } from './door.ts';
import { inherited } from './environment.ts';
import type { Say } from './failure.ts';
import { takeFolder } from './folder.ts';
import { type House, openHouse } from './house.ts';
import { choosePorts, type Ports } from './ports.ts';
import { standInRecipe } from './run-stand-ins.ts';
import { type Running, runningFile } from './running.ts';
import type { Span } from './spans.ts';
import { runServers } from './start-servers.ts';
import { type Replica, startServices } from './start-services.ts';
import { type ServiceName, standInNames } from './topology.ts';

type Options = {
  /** The folder of all state; made if it is not there. */
  dir: string;
  say: Say;
  env?: NodeJS.ProcessEnv;
  /** This service is restarted on every save, with its inspector open. */
  dev?: ServiceName | undefined;
  /** How many Kafka brokers. Of three, one may be away. */
  brokers?: 1 | 3;
  /** Leads the services, and nobody else, another way to a server. */
  detour?: Detour;
  /** Aborting it ends everything, also in the middle of the start. */
  signal?: AbortSignal;
};

export type System = {
  dir: string;
  /** Where everything is, as `running.json` says it; kept up to date. */
  running: Running;
  /** Stops, starts, pauses or resumes a process by its name; what is stopped stays down. Answers what was done. */
  control(verb: Verb, name: string): Promise<string>;
  /** Starts a further process of a service, on a port and with a log of its own: `order-2`, then `order-3`. */
  addReplica(name: ServiceName): Promise<Replica>;
  /** The pid of a process by its name, also of those that `running.json` does not have; null while it is down. */
  pidOf(name: string): number | null;
  /** What has come in of a trace. Empty when the user sends traces elsewhere. */
  spans(traceId: string): Span[];
  stop(): Promise<void>;
};

/**
 * Starts servers, stand-ins and services, each a process of its own, and keeps them running until `stop`. Throws a
 * Failure, with nothing left running, for what the user can mend.
 */
export async function startSystem(options: Options): Promise<System> {
  const { dir, say, env = process.env, dev, brokers = 1, detour, signal } = options;
  const folder = await takeFolder(dir);
  rmSync(runningFile(dir), { force: true });
  if (folder.orphans.length > 0)
    say(`ended what an earlier start left running: ${folder.orphans.join(', ')}`);
  const house = openHouse({ folder, say, signal });
  try {
    const ports = await choosePorts(env);
    const { store, collector } = await openDoor(house);
    const ourEnv = inherited(env, folder.systemId);
    const kafka = await planKafka(detour, brokers, env);
    const servers = runServers(house, env, kafka);
    const [addresses] = await house.together([servers, runStandIns(house, ports, ourEnv)]);
    await claimServers(folder, env, addresses);
    say('Postgres, Redis and Kafka are ready');
    const reach = await takeDetours(detour, directly(addresses, ports), kafka);
    const addReplica = await startServices(house, { env: ourEnv, collector, ports, addresses, reach }, dev);
    say('the services are ready');
    const running = announce(house, { ports, addresses, kafkaNamespace: env.KAFKA_NAMESPACE });
    return {
      dir,
      running,
      control: (verb, name) => control(house, verb, name),
      addReplica,
      pidOf: house.pidOf,
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
