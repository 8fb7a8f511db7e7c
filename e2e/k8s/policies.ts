import assert from 'node:assert/strict';
import { type Cluster, NAMESPACE } from './cluster.ts';

/** One connection is allowed, and another is not, where the cluster's network enforces policies at all. */
export async function heedsPolicies(cluster: Cluster): Promise<string> {
  if (!(await enforcesPolicies(cluster)))
    return 'this cluster does not enforce network policies: they are validated, and not tested';
  const [[order = ''], [mailbox = '']] = await Promise.all([
    cluster.podsOf('order'),
    cluster.podsOf('mailbox'),
  ]);
  assert.equal(await connects(cluster, [order], 'postgres', 5432), true, 'order reaches Postgres');
  assert.equal(await connects(cluster, [mailbox], 'postgres', 5432), false, 'the mailbox reaches Postgres');
  return 'order reaches Postgres, the mailbox does not';
}

/** Whether a pod in a namespace of its own that may connect to no other pod cannot connect. */
async function enforcesPolicies(cluster: Cluster): Promise<boolean> {
  const namespace = `${NAMESPACE}-silent`;
  const command = ['node', '--eval', 'setInterval(() => {}, 1e9)'];
  const main = { name: 'main', image: 'tenfold/tools:local', imagePullPolicy: 'IfNotPresent', command };
  const silent = { metadata: { name: 'silent' } };
  const noEgress = { podSelector: {}, policyTypes: ['Egress'] };
  try {
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await cluster.apply(
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', ...silent, spec: noEgress },
      namespace,
    );
    await cluster.apply(
      { apiVersion: 'v1', kind: 'Pod', ...silent, spec: { containers: [main] } },
      namespace,
    );
    await cluster.kubectl([
      'wait',
      '--namespace',
      namespace,
      '--for=condition=Ready',
      'pod/silent',
      '--timeout',
      '60s',
    ]);
    const [address = ''] = await cluster.read(
      ['pods', '--selector', 'app.kubernetes.io/name=gateway'],
      '{.status.podIP}',
    );
    return !(await connects(cluster, ['--namespace', namespace, 'silent'], address, 8404));
  } finally {
    await cluster.kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
  }
}

/** Whether a pod gets a connection. Its name may follow options of kubectl. */
async function connects(cluster: Cluster, pod: string[], host: string, port: number): Promise<boolean> {
  const script = `
    const socket = require('net').connect(${port}, '${host}');
    const end = (outcome) => { console.log(outcome); process.exit(); };
    socket.setTimeout(3000, () => end('closed')).on('connect', () => end('open')).on('error', () => end('closed'));`;
  return (await cluster.kubectl(['exec', ...pod, '--', 'node', '--eval', script])) === 'open';
}
