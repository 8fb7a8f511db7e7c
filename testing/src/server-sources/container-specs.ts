import { randomBytes } from 'node:crypto';
import {
  kafkaIsReady,
  kafkaSettings,
  postgresIsReady,
  postgresLocale,
  postgresSettings,
  redisFlags,
  redisIsReady,
  redisSettings,
} from '@repo/stack';
import { images } from './images.ts';

/** Where a container is to be reached. */
export interface Place {
  host: string;
  port: number;
}

/** How one server is run in a container: with the settings that it has as a process on this machine. */
export interface ContainerSpec {
  name: string;
  image: string;
  /** Where it listens in the container, and the port of this machine that leads there. */
  ports: { container: number; host: number };
  environment: Record<string, string>;
  /** The command; by default the image's own. */
  command: string[];
  /** Polled until it returns true; an error counts as false. */
  isReady(): Promise<boolean>;
  /** The variables for its clients. */
  address: string;
}

export function postgresIn({ host, port }: Place): ContainerSpec {
  const password = randomBytes(24).toString('base64url');
  const address = `postgres://postgres:${password}@${host}:${port}/postgres`;
  return {
    name: 'postgres',
    image: images.postgres,
    ports: { container: 5432, host: port },
    environment: { POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: postgresLocale.join(' ') },
    command: [
      'postgres',
      ...Object.entries(postgresSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    isReady: () => postgresIsReady(address),
    address,
  };
}

export function valkeyIn({ host, port }: Place): ContainerSpec {
  return {
    name: 'valkey',
    image: images.valkey,
    ports: { container: 6379, host: port },
    environment: {},
    command: ['valkey-server', ...redisFlags(redisSettings)],
    isReady: () => redisIsReady(host, port),
    address: `redis://${host}:${port}`,
  };
}

/** Small in memory and quick to start, as in stack/src/servers/kafka.ts. */
const java = {
  KAFKA_HEAP_OPTS: '-Xms64m -Xmx256m',
  KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
};

/**
 * A broker advertises its address to clients. Clients outside use a port of this machine, which the broker itself does
 * not reach from within: for what it sends to itself it has a listener of its own.
 */
export function kafkaIn({ host, port }: Place): ContainerSpec {
  const address = `${host}:${port}`;
  const properties = {
    ...kafkaSettings(1),
    'node.id': 1,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093,INSIDE://:9094',
    'advertised.listeners': `PLAINTEXT://${address},INSIDE://localhost:9094`,
    'inter.broker.listener.name': 'INSIDE',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT',
    'log.dirs': '/var/lib/kafka/data',
  };
  const settings = Object.entries(properties).map(([name, value]) => [variableOf(name), String(value)]);
  return {
    name: 'kafka',
    image: images.kafka,
    ports: { container: 9092, host: port },
    environment: { ...java, ...Object.fromEntries(settings) },
    command: [],
    isReady: () => kafkaIsReady(host, port),
    address,
  };
}

/** By which the image sets a property of the broker (https://hub.docker.com/r/apache/kafka). None of ours has a dash. */
const variableOf = (property: string) => `KAFKA_${property.toUpperCase().replaceAll('.', '_')}`;
