import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../failure.ts';
import type { Folder } from '../folder.ts';
import type { Recipe } from '../processes/child.ts';
import { bareEnvironment } from './bare-environment.ts';
import { kafkaIsReady } from './kafka-ready.ts';

/** One broker that is its own controller (KRaft), small in memory, quick to start. */
const settings = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '1',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
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

const java = [
  ...['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
];

type Ports = { port: number; controllerPort: number };

/** Kafka 4.4 from the jars in that folder. */
export async function kafkaRecipe(
  folder: Folder,
  jars: string,
  ports: Ports,
): Promise<{ brokers: string; recipe: Recipe }> {
  const home = folder.path('kafka');
  mkdirSync(home, { recursive: true });
  const program = [...java, '-cp', join(jars, '*')];
  if (!existsSync(join(home, 'data'))) await format(home, program, ports);
  const recipe: Recipe = {
    name: 'kafka',
    group: 'server',
    command: ['java', ...program, 'kafka.Kafka', writeProperties(home, 'data', ports)],
    cwd: home,
    env: bareEnvironment(),
    log: folder.log('kafka'),
    isReady: () => kafkaIsReady('127.0.0.1', ports.port),
    readyWithinMs: 60_000,
    endSignal: 'SIGTERM',
    endWithinMs: 10_000,
    firstAttempts: 2,
  };
  return { brokers: `127.0.0.1:${ports.port}`, recipe };
}

function writeProperties(home: string, data: string, { port, controllerPort }: Ports): string {
  const addresses = {
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': join(home, data),
  };
  const file = join(home, `${data}.properties`);
  const lines = Object.entries({ ...settings, ...addresses }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}

/** Makes the data beside its place and moves it there when it is whole. */
async function format(home: string, program: string[], ports: Ports): Promise<void> {
  rmSync(join(home, 'data.part'), { recursive: true, force: true });
  const properties = writeProperties(home, 'data.part', ports);
  const clusterId = randomBytes(16).toString('base64url');
  const args = [
    ...program,
    'kafka.tools.StorageTool',
    'format',
    `--cluster-id=${clusterId}`,
    '-c',
    properties,
  ];
  try {
    await promisify(execFile)('java', args, { env: bareEnvironment() });
  } catch (error) {
    const { stderr } = error as { stderr: string };
    throw new Failure(`Kafka could not format its folder: ${stderr.trim().split('\n').at(-1)}`);
  }
  renameSync(join(home, 'data.part'), join(home, 'data'));
}
