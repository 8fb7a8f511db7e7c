import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '@repo/stack';

const root = resolve(import.meta.dirname, '../..');
export const NAMESPACE = 'tenfold';
/** The first version whose preStop can sleep without a shell. */
const OLDEST_MINOR = 34;

export type Cluster = ReturnType<typeof openCluster>;

/** Uses a cluster through kubectl, in the namespace of the system. */
export function openCluster(context: string | undefined) {
  const to = [...(context ? ['--context', context] : []), '--namespace', NAMESPACE];
  const kubectl = (args: string[], input?: string) => run('kubectl', [...to, ...args], input);

  return {
    kubectl,
    apply: (manifest: object, namespace = NAMESPACE) =>
      kubectl(['apply', '--namespace', namespace, '--filename', '-'], JSON.stringify(manifest)),
    /** Reads one field of each object, by a JSONPath. */
    async read(objects: string[], path: string): Promise<string[]> {
      const output = await kubectl([
        'get',
        ...objects,
        '--output',
        `jsonpath={range .items[*]}${path}{"\\n"}{end}`,
      ]);
      return output.split('\n').filter(Boolean);
    },
    podsOf(name: string): Promise<string[]> {
      return this.read(['pods', '--selector', `app.kubernetes.io/name=${name}`], '{.metadata.name}');
    },
    rolledOut: (deployment: string) =>
      kubectl(['rollout', 'status', `deployment/${deployment}`, '--timeout', '180s']),
    async nodeAddress(): Promise<string> {
      const path = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
      return kubectl(['get', 'nodes', '--output', path]);
    },
    async secret(name: string, key: string): Promise<string> {
      const value = await kubectl(['get', 'secret', name, '--output', `jsonpath={.data.${key}}`]);
      return Buffer.from(value, 'base64').toString();
    },
  };
}

/** Runs a program and returns its output. Throws a Failure with its last line when its status is not 0. */
export async function run(program: string, args: string[], input?: string): Promise<string> {
  const child = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = once(child, 'close').catch((error: NodeJS.ErrnoException) => [error.code]);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await ended;
  if (status === 'ENOENT') throw new Failure(`There is no ${program} here: install it first.`);
  if (status === 0) return output.trim();
  const lastLine = errors.trim().split('\n').at(-1) ?? '';
  throw new Failure(`${program} ${args.slice(0, 6).join(' ')} failed: ${lastLine}`);
}

/** Returns the cluster's version. Throws a Failure that names the solution when the cluster cannot be used. */
export async function checkCluster({ kubectl }: Cluster, context: string | undefined): Promise<string> {
  const current = context ?? (await run('kubectl', ['config', 'current-context']).catch(noContext));
  const version = JSON.parse(
    await kubectl(['version', '--output', 'json']).catch((error: Error) => {
      throw new Failure(`The cluster of the context ${current} does not answer: ${error.message}`);
    }),
  ) as { serverVersion?: { minor: string; gitVersion: string } };
  const { minor = '0', gitVersion = 'unknown' } = version.serverVersion ?? {};
  if (Number.parseInt(minor, 10) < OLDEST_MINOR)
    throw new Failure(
      `The cluster is too old (${gitVersion}): Kubernetes 1.${OLDEST_MINOR} or newer is needed.`,
    );
  const kinds = await kubectl(['api-resources', '--output', 'name']);
  if (!kinds.includes('scaledobjects.keda.sh'))
    throw new Failure(
      'The cluster has no KEDA, by which the lag of Kafka scales: https://keda.sh/docs/latest/deploy/',
    );
  if (!kinds.includes('pods.metrics.k8s.io'))
    throw new Failure(
      'The cluster has no metrics-server, by which processors scale: https://github.com/kubernetes-sigs/metrics-server',
    );
  const there = await kubectl(['get', 'namespace', NAMESPACE, '--ignore-not-found', '--output', 'name']);
  if (there)
    throw new Failure(`The namespace ${NAMESPACE} exists already: kubectl delete namespace ${NAMESPACE}`);
  return gitVersion;
}

function noContext(): never {
  throw new Failure(
    'kubectl has no context: name one with --context NAME, or create one (kind create cluster).',
  );
}

/** The images of a kustomization. */
export async function imagesOf(cluster: Cluster, folder: string): Promise<string[]> {
  const rendered = await cluster.kubectl(['kustomize', join(root, folder)]);
  return [...new Set([...rendered.matchAll(/^\s*-?\s*image: (\S+)$/gm)].map(([, image]) => image as string))];
}
