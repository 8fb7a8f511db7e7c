import { rmSync } from 'node:fs';
import type { House } from './house.ts';
import type { Ports } from './ports.ts';
import { loopback, standInUrl } from './run-stand-ins.ts';
import { type Running, runningFile } from './running.ts';
import type { Addresses } from './start-servers.ts';
import { serviceNames, services, standInNames } from './topology.ts';
import { writeWhole } from './write-whole.ts';

type Places = { ports: Ports; addresses: Addresses; kafkaNamespace: string | undefined };

/** Says in `running.json` where everything is, from now until the end. */
export function announce(house: House, places: Places): Running {
  const file = runningFile(house.folder.dir);
  const running = whereEverythingIs(house, places);
  const update = () => {
    if (house.signal.aborted) return;
    writeWhole(file, Object.assign(running, whereEverythingIs(house, places)));
  };
  house.signal.addEventListener('abort', () => rmSync(file, { force: true }));
  house.onChange(update);
  update();
  return running;
}

function whereEverythingIs(house: House, { ports, addresses, kafkaNamespace }: Places): Running {
  const { pidOf } = house;
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
