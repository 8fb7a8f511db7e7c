import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A broker that is also a controller (KRaft), small in memory, quick to start. */
const settings = {
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'num.network.threads': '2',
  'num.io.threads': '2',
  'background.threads': '2',
  'log.preallocate': 'false',
  'log.index.size.max.bytes': '1048576',
  'log.cleaner.dedupe.buffer.size': '2097152',
  'log.cleaner.io.buffer.size': '65536',
  'broker.heartbeat.interval.ms': '500',
  'broker.session.timeout.ms': '3000',
};

/** One broker of a cluster. Ids start at 1. */
export type Node = {
  id: number;
  port: number;
  controllerPort: number;
  /** A second listener of its own, which advertises the port of a proxy. */
  proxy?: { listens: number; advertised: number } | undefined;
};

/** Writes the properties file of a broker, next to its data, and returns its path. */
export function writeProperties(home: string, data: string, node: Node, cluster: readonly Node[]): string {
  const all = {
    ...kafkaSettings(cluster.length),
    ...addresses(node),
    'node.id': node.id,
    'controller.quorum.voters': cluster
      .map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
      .join(','),
    'log.dirs': join(home, data),
  };
  const file = join(home, `${data}.properties`);
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}

/** The settings that do not depend on the place of a broker. */
export const kafkaSettings = (brokers: number) => ({ ...settings, ...replication(brokers) });

/** Every record is on every broker; of several brokers, one may be down. */
function replication(brokers: number) {
  const inSync = Math.min(brokers, 2);
  return {
    'default.replication.factor': brokers,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': brokers,
    'transaction.state.log.replication.factor': brokers,
    'transaction.state.log.min.isr': inSync,
  };
}

function addresses({ port, controllerPort, proxy }: Node) {
  const own = `PLAINTEXT://127.0.0.1:${port}`;
  const controller = `CONTROLLER://127.0.0.1:${controllerPort}`;
  if (!proxy) return { listeners: `${own},${controller}`, 'advertised.listeners': own };
  return {
    listeners: `${own},PROXY://127.0.0.1:${proxy.listens},${controller}`,
    'advertised.listeners': `${own},PROXY://127.0.0.1:${proxy.advertised}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXY:PLAINTEXT,CONTROLLER:PLAINTEXT',
  };
}
