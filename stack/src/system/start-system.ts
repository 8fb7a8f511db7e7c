import { rmSync } from 'node:fs';
import { control, openControlApi } from '../control/control-api.ts';
import type { Verb } from '../control/control-server.ts';
import { type Running, runningFile } from '../control/running.ts';
import { writeRunning } from '../control/write-running.ts';
import type { Print } from '../failure.ts';
import { claimFolder } from '../supervisor/state-folder.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import type { Span } from '../telemetry/span.ts';
import { type ServiceName, standInNames } from '../topology.ts';
import { claimServers } from './claim-servers.ts';
import { inherited, sentElsewhere } from './environment.ts';
import { choosePorts, type Ports } from './ports.ts';
import { directly, type OpenProxy, planKafka, throughProxies } from './proxies.ts';
import { standInSpec } from './run-stand-ins.ts';
import { runServers } from './start-servers.ts';
import { type Replica, startServices } from './start-services.ts';

type Options = {
  /** The folder of all state; created if it is missing. */
  dir: string;
  print: Print;
  env?: NodeJS.ProcessEnv;
  /** This service is restarted on every save, with its inspector open. */
  dev?: ServiceName | undefined;
  /** The number of Kafka brokers. Of three, one may be down. */
  brokers?: 1 | 3;
  /** Opens proxies between the services, and only them, and the servers. */
  openProxy?: OpenProxy;
  /** Aborting it stops everything, also during the start. */
  signal?: AbortSignal;
};

export type System = {
  dir: string;
  /** The contents of `running.json`; kept current. */
  running: Running;
  /** Stops, starts, pauses or resumes a process by its name; a stopped one stays down. Returns a sentence about it. */
  control(verb: Verb, name: string): Promise<string>;
  /** Starts another replica of a service, with its own port and log: `order-2`, then `order-3`. */
  addReplica(name: ServiceName): Promise<Replica>;
  /** The pid of a process by its name, also of those that are not in `running.json`; null while it is down. */
  pidOf(name: string): number | null;
  /** The spans of a trace that have been received. Empty when the user sends traces to another collector. */
  spans(traceId: string): Span[];
  stop(): Promise<void>;
};

/**
 * Starts servers, stand-ins and services, each a process of its own, and keeps them running until `stop`. Throws a
 * Failure, with nothing left running, for an error that the user can fix.
 */
export async function startSystem(options: Options): Promise<System> {
  const { dir, print, env = process.env, dev, brokers = 1, openProxy, signal } = options;
  const folder = await claimFolder(dir);
  rmSync(runningFile(dir), { force: true });
  if (folder.orphans.length > 0) print(`stopped processes of an earlier start: ${folder.orphans.join(', ')}`);
  const supervisor = createSupervisor({ folder, print, signal });
  try {
    const ports = await choosePorts(env);
    const { telemetry, collector } = await openControlApi(supervisor, sentElsewhere(env));
    const ourEnv = inherited(env, folder.systemId);
    const kafka = await planKafka(openProxy, brokers, env);
    const servers = runServers(supervisor, env, kafka);
    const [addresses] = await supervisor.together([servers, runStandIns(supervisor, ports, ourEnv)]);
    await claimServers(folder, env, addresses);
    print('Postgres, Redis and Kafka are ready');
    const serviceAddresses = await throughProxies(openProxy, directly(addresses, ports), kafka);
    const addReplica = await startServices(
      supervisor,
      { env: ourEnv, collector, ports, addresses, serviceAddresses },
      dev,
    );
    print('the services are ready');
    const running = writeRunning(supervisor, { ports, addresses, kafkaNamespace: env.KAFKA_NAMESPACE });
    return {
      dir,
      running,
      control: (verb, name) => control(supervisor, verb, name),
      addReplica,
      pidOf: supervisor.pidOf,
      spans: telemetry.spans,
      stop: supervisor.close,
    };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

async function runStandIns(supervisor: Supervisor, ports: Ports, env: NodeJS.ProcessEnv): Promise<void> {
  await supervisor.together(
    standInNames.map((name) => supervisor.run(standInSpec(supervisor, name, ports, env))),
  );
}
