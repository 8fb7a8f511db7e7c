import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import { edgesOf } from './edges.ts';
import { podFaults } from './pods.ts';
import type { Manifest, Workload } from './render.ts';
import { schemaFaults } from './schemas.ts';

const container = (): IContainer => ({
  name: 'service',
  image: 'tenfold/order:local',
  imagePullPolicy: 'IfNotPresent',
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
});

function workload(pod: Partial<IPodSpec> = {}, own: Partial<IContainer> = {}): Workload {
  const labels = { app: 'order' };
  const spec = {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' as const } },
    containers: [{ ...container(), ...own }],
    ...pod,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'order' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } as Workload['spec'],
  };
}

const policy = (spec: object): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'a' },
  spec,
});
const selector = (app: string) => ({ podSelector: { matchLabels: { app } } });
const pods = ['order', 'postgres'].map((app) => ({ name: app, labels: { app }, ports: { sql: 5432 } }));
const out = policy({
  ...selector('order'),
  egress: [{ to: [selector('postgres')], ports: [{ port: 5432 }] }],
});
const into = policy({
  ...selector('postgres'),
  ingress: [{ from: [selector('order')], ports: [{ port: 'sql' }] }],
});

test('a pod that follows the rules has no faults', () => {
  assert.deepEqual(podFaults(workload()), []);
  assert.deepEqual(schemaFaults(workload()), []);
});

const spoilt: [string, Workload][] = [
  ['may run as root', workload({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } })],
  ['mounts a token', workload({ automountServiceAccountToken: true })],
  ['may write into its image', workload({}, { securityContext: {} })],
  ['keeps capabilities', workload({ initContainers: [{ ...container(), securityContext: {} }] })],
  ['has no limit for memory', workload({}, { resources: { requests: { cpu: 1, memory: '1Gi' } } })],
  ['has a limit for the processor', workload({}, { resources: { limits: { cpu: 1 } } })],
  ['mounts a path of the node', workload({ volumes: [{ name: 'root', hostPath: { path: '/' } }] })],
];
for (const [fault, manifest] of spoilt) {
  test(`a pod that ${fault} is reported`, () => {
    assert.ok(podFaults(manifest).includes(`Deployment order ${fault}`));
  });
}

test('an unknown field is reported with its path at any depth', () => {
  const manifest = workload({}, { livenessProb: { exec: {} } } as Partial<IContainer>);
  const place = 'spec.template.spec.containers.0.livenessProb';
  assert.ok(schemaFaults(manifest).includes(`Deployment order: the schema has no ${place}`));
});

test('a value that the schema forbids is reported', () => {
  const [fault = ''] = schemaFaults(workload({ terminationGracePeriodSeconds: '30' as unknown as number }));
  assert.match(fault, /terminationGracePeriodSeconds/);
});

test('an edge needs a policy at both ends', () => {
  assert.deepEqual(edgesOf([out, into], pods), { edges: ['order > postgres:5432'], faults: [] });
  assert.deepEqual(edgesOf([out], pods).faults, ['order > postgres:5432 has no ingress policy']);
  assert.deepEqual(edgesOf([into], pods).faults, ['order > postgres:5432 has no egress policy']);
});
