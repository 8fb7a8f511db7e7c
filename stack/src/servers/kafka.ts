import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../failure.ts';
import type { ProcessSpec } from '../supervisor/processes/child.ts';
import type { StateFolder } from '../supervisor/state-folder.ts';
import { bareEnvironment } from './bare-environment.ts';
import { type Node, writeProperties } from './kafka-properties.ts';
import { isInCluster, kafkaIsReady } from './kafka-ready.ts';

// With the C2 compiler, a start took 4.9 s of CPU instead of 2.6, and 2 000 records a second 0.17 of a core instead of 0.10.
const java = [
  ...['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
];

/** The first one has no number. */
const numbered = (name: string, id: number) => (id === 1 ? name : `${name}-${id}`);

/** The specs of Kafka 4.4 from the jars in a folder: one broker, or a cluster of several. */
export async function kafkaSpecs(
  folder: StateFolder,
  jars: string,
  cluster: readonly Node[],
): Promise<{ brokers: string; specs: ProcessSpec[] }> {
  const home = folder.path('kafka');
  const program = [...java, '-cp', join(jars, '*')];
  if (!existsSync(join(home, 'data'))) await formatAll(home, program, cluster);
  const isSeveral = existsSync(join(home, 'data-2'));
  if (isSeveral !== cluster.length > 1) {
    const found = isSeveral ? 'several brokers' : 'one broker';
    throw new Failure(
      `The Kafka in ${folder.dir} has ${found}: start the same number, or use another folder.`,
    );
  }
  const specs = cluster.map((node) => specOf(folder, home, program, node, cluster));
  return { brokers: cluster.map(({ port }) => `127.0.0.1:${port}`).join(','), specs };
}

function specOf(
  folder: StateFolder,
  home: string,
  program: string[],
  node: Node,
  cluster: readonly Node[],
): ProcessSpec {
  const name = numbered('kafka', node.id);
  const properties = writeProperties(home, numbered('data', node.id), node, cluster);
  return {
    name,
    group: 'server',
    command: ['java', ...program, 'kafka.Kafka', properties],
    cwd: home,
    env: bareEnvironment(),
    log: folder.log(name),
    isReady: async () =>
      (await isInCluster('127.0.0.1', node.port, node.id)) && kafkaIsReady('127.0.0.1', node.port),
    readyWithinMs: 60_000,
    endSignal: 'SIGTERM',
    // Brokers that stop at the same time would wait for each other.
    endWithinMs: cluster.length > 1 ? 3_000 : 10_000,
    firstAttempts: 2,
  };
}

/** Formats temporary folders and renames them, that of the first broker last: where it exists, all are complete. */
async function formatAll(home: string, program: string[], cluster: readonly Node[]): Promise<void> {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const clusterId = randomBytes(16).toString('base64url');
  const part = ({ id }: Node) => `${numbered('data', id)}.part`;
  await Promise.all(
    cluster.map((node) => format(program, writeProperties(home, part(node), node, cluster), clusterId)),
  );
  for (const node of cluster.toReversed())
    renameSync(join(home, part(node)), join(home, numbered('data', node.id)));
}

async function format(program: string[], properties: string, clusterId: string): Promise<void> {
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties];
  try {
    await promisify(execFile)('java', [...program, ...tool], { env: bareEnvironment() });
  } catch (error) {
    const { stderr } = error as { stderr: string };
    throw new Failure(`Kafka could not format its folder: ${stderr.trim().split('\n').at(-1)}`);
  }
}
