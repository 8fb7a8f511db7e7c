import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PARTITIONS } from '@repo/events';
import { consumerGroups, serviceNames } from '@repo/stack';
import type { IContainer } from 'kubernetes-models/v1';
import { imagesOfCompose, initdbFlags } from './compose.ts';
import { reach } from './edge-tables.ts';
import { edgesOf, type Pod, podsOf } from './edges.ts';
import { flagsOf, initdbOf } from './initdb.ts';
import { gatewayFaults, podFaults, serviceFaults } from './pods.ts';
import { danglingReferences, secretsFromOutside, secretsNeeded } from './references.ts';
import { findRenderer, isWorkload, type Manifest, render } from './render.ts';
import { schemaFaults } from './schemas.ts';
import { strimziPolicies } from './strimzi-policy.ts';

const renderer = findRenderer();

/** The Secrets that stack/src/containers/credentials.ts creates. */
const credentials = [
  'postgres',
  ...serviceNames.flatMap((service) => [`${service}-database`, `${service}-migrator`]),
];

/** Pods and Secrets that operators create: no manifest declares them. */
const overlays: Record<keyof typeof reach, { pods: Pod[]; secrets: string[] }> = {
  local: { pods: [], secrets: credentials },
  observed: { pods: [], secrets: credentials },
  autoscaled: { pods: [], secrets: credentials },
  persistent: { pods: [], secrets: credentials },
  production: {
    pods: [
      { name: 'postgres', labels: { 'cnpg.io/cluster': 'postgres' } },
      { name: 'kafka', labels: { 'strimzi.io/cluster': 'kafka', 'app.kubernetes.io/name': 'kafka' } },
    ],
    secrets: ['postgres-ca'],
  },
};

const ofKind = (manifests: Manifest[], kind: string) =>
  manifests.filter((manifest) => manifest.kind === kind);
const imageOf = ({ image = '' }: IContainer) => image;
const names = (manifests: Manifest[]) => manifests.map(({ metadata }) => metadata.name).sort();

function testOverlay(name: keyof typeof reach, manifests: Manifest[]): void {
  const { pods, secrets } = overlays[name];
  const workloads = manifests.filter(isWorkload);
  const services = workloads.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'service',
  );

  test('every object matches its published schema, and is in a namespace of this overlay', () => {
    assert.deepEqual(manifests.flatMap(schemaFaults), []);
    const namespaces = names(ofKind(manifests, 'Namespace'));
    assert.deepEqual(namespaces, ['tenfold', ...(name === 'observed' ? ['observability'] : [])].sort());
    const astray = manifests.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && !namespaces.includes(metadata.namespace ?? ''),
    );
    assert.deepEqual(names(astray), []);
  });

  test('every pod has the least privileges, and declares its resources', () => {
    assert.deepEqual(workloads.flatMap(podFaults), []);
  });

  test('every image is in docker-compose.yml with the same version, and production names it by digest', () => {
    const images = workloads.flatMap(({ spec }) => spec.template.spec?.containers ?? []).map(imageOf);
    const isKnown =
      name === 'production'
        ? (image: string) => /@sha256:[0-9a-f]{64}$/.test(image)
        : (image: string) => imagesOfCompose.has(image);
    assert.deepEqual(
      images.filter((image) => !isKnown(image)),
      [],
    );
  });

  test('the four services and the gateway can be rolled out, drained and scaled without an outage', () => {
    const [environment] = ofKind(manifests, 'ConfigMap').filter(({ metadata }) =>
      metadata.name.startsWith('environment-'),
    );
    assert.deepEqual(names(services), [...serviceNames].sort());
    assert.deepEqual(
      services.flatMap((service) => serviceFaults(service, environment?.data ?? {})),
      [],
    );
    assert.deepEqual(names(ofKind(manifests, 'PodDisruptionBudget')), names(services));
    const gateways = workloads.filter(({ metadata }) => metadata.name === 'gateway');
    assert.deepEqual(gateways.flatMap(gatewayFaults), []);
    assert.equal(gateways.length, name === 'production' ? 0 : 1);
  });

  test('no manifest contains a secret, and the created secrets are those that pods refer to', () => {
    assert.deepEqual(names(ofKind(manifests, 'Secret')), []);
    const made = new Set([...secretsFromOutside(manifests), ...secrets]);
    assert.deepEqual(danglingReferences(manifests, made), []);
    assert.deepEqual([...made].sort(), [...secretsNeeded(manifests)].sort());
  });

  test('every allowed connection is in the table, and policies at both ends allow it', () => {
    const all = [...podsOf(manifests), ...pods];
    const { edges, faults } = edgesOf([...manifests, ...strimziPolicies(manifests)], all);
    const listed = Object.entries(reach[name]).flatMap(([from, to]) =>
      to.split(' ').map((target) => `${from} > ${target}`),
    );
    const names = all.map((pod) => `${pod.name} > kube-system:53`);
    assert.deepEqual(faults, []);
    assert.deepEqual(edges.sort(), [...listed, ...names].sort());
  });

  test('Postgres has the same collation as in docker-compose.yml', () => {
    assert.deepEqual(initdbOf(manifests), name === 'production' ? flagsOf(initdbFlags) : initdbFlags);
  });

  test('an autoscaler starts at most one replica for each partition, and no manifest overrides it', () => {
    const scaled = ofKind(manifests, 'ScaledObject') as (Manifest & {
      spec: { maxReplicaCount: number; triggers: { metadata: Record<string, string> }[] };
    })[];
    for (const { metadata, spec } of scaled) {
      const [group] = consumerGroups(metadata.name as (typeof serviceNames)[number], 'ID');
      const { consumerGroup, topic } = spec.triggers[0]?.metadata ?? {};
      assert.equal(spec.maxReplicaCount, PARTITIONS);
      assert.deepEqual({ group: consumerGroup, topics: [topic] }, group);
    }
    const autoscalers = ofKind(manifests, 'HorizontalPodAutoscaler') as (Manifest & {
      spec: { maxReplicas: number };
    })[];
    for (const { spec } of autoscalers) assert.ok(spec.maxReplicas <= PARTITIONS);
    const counted = services.filter(({ spec }) => spec.replicas !== undefined);
    const isScaled = new Set(names([...scaled, ...autoscalers]));
    assert.deepEqual(
      names(counted).filter((service) => isScaled.has(service)),
      [],
    );
    assert.equal(isScaled.size, ['autoscaled', 'production'].includes(name) ? serviceNames.length : 0);
  });
}

if (!renderer)
  test('manifests', { skip: 'left out: kubectl, kustomize or Go must be on the PATH' }, () => {});
else {
  for (const name of Object.keys(overlays) as (keyof typeof overlays)[]) {
    describe(`overlays/${name}`, () => testOverlay(name, render(renderer, `overlays/${name}`)));
  }
}
