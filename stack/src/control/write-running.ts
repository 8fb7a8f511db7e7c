import { rmSync } from 'node:fs';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { writeAtomically } from '../supervisor/write-atomically.ts';
import type { Ports } from '../system/ports.ts';
import { loopback, standInUrl } from '../system/run-stand-ins.ts';
import type { Addresses } from '../system/start-servers.ts';
import { serviceNames, services, standInNames } from '../topology.ts';
import { type Running, runningFile } from './running.ts';

type Places = { ports: Ports; addresses: Addresses; kafkaNamespace: string | undefined };

/** Writes the address of each process into `running.json`, and keeps the file current until the system stops. */
export function writeRunning(supervisor: Supervisor, places: Places): Running {
  const file = runningFile(supervisor.folder.dir);
  const running = readPlaces(supervisor, places);
  const update = () => {
    if (supervisor.signal.aborted) return;
    writeAtomically(file, Object.assign(running, readPlaces(supervisor, places)));
  };
  supervisor.signal.addEventListener('abort', () => rmSync(file, { force: true }));
  supervisor.onChange(update);
  update();
  return running;
}

function readPlaces(supervisor: Supervisor, { ports, addresses, kafkaNamespace }: Places): Running {
  const { pidOf } = supervisor;
  const placesOf = <Name extends string>(names: readonly Name[], urlOf: (name: Name) => string) =>
    Object.fromEntries(names.map((name) => [name, { url: urlOf(name), pid: pidOf(name) }])) as Record<
      Name,
      { url: string; pid: number | null }
    >;
  return {
    services: placesOf(serviceNames, (name) => loopback(ports[services[name].port[0]])),
    external: placesOf(standInNames, (name) => standInUrl(name, ports)),
    servers: {
      postgres: { url: addresses.postgresUrl, pid: pidOf('postgres') },
      redis: { url: addresses.redisUrl, pid: pidOf('redis') },
      kafka: { brokers: addresses.kafkaBrokers, namespace: kafkaNamespace, pid: pidOf('kafka') },
    },
  };
}
